# cmake --build build/release --target format: clang-format over every source. --target tidy: clang-tidy over
# what compile_commands.json of this build folder has, in parallel.
set(own_folders core ui app tests bench)

find_program(CLANG_FORMAT NAMES clang-format-14 clang-format)
if(CLANG_FORMAT)
    add_custom_target(format WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} VERBATIM COMMENT "Formatting the sources"
        COMMAND sh -c "find \"$@\" -name '*.h' -o -name '*.cpp' -o -name '*.cu' | xargs ${CLANG_FORMAT} -i" sh ${own_folders})
    add_custom_target(format-check WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} VERBATIM COMMENT "Checking the format of the sources"
        COMMAND sh -c "find \"$@\" -name '*.h' -o -name '*.cpp' -o -name '*.cu' | xargs ${CLANG_FORMAT} --dry-run -Werror" sh ${own_folders})
endif()

find_program(RUN_CLANG_TIDY NAMES run-clang-tidy-14 run-clang-tidy)
if(RUN_CLANG_TIDY)
    # GCC's precompiled headers and its own flags mean nothing to clang.
    list(JOIN own_folders "|" own_regex)
    add_custom_target(tidy WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} VERBATIM USES_TERMINAL
        COMMAND ${CMAKE_COMMAND} -DBUILD=${CMAKE_BINARY_DIR} -P ${CMAKE_SOURCE_DIR}/cmake/TidyDatabase.cmake
        COMMAND ${RUN_CLANG_TIDY} -quiet -p ${CMAKE_BINARY_DIR}/tidy "^${CMAKE_SOURCE_DIR}/(${own_regex})/")
endif()
