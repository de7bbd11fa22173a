# Our own targets: C++20, warnings as errors, sanitizers, sources by folder.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
    # Precompiled headers and clones in other folders hit the same cache.
    set(ccache_call ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
                    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${ccache_call})
    set(CMAKE_CUDA_COMPILER_LAUNCHER ${ccache_call})
endif()

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

function(sy_target target)
    target_compile_features(${target} PUBLIC cxx_std_20)
    target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
    target_compile_options(${target} PRIVATE
        $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wno-restrict -Wno-array-bounds>
        $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess> # ccache needs it to cache what uses a precompiled header
        $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${SWITCHYARD_WERROR}>>:-Werror>)
    if(SWITCHYARD_SANITIZE)
        target_compile_options(${target} PUBLIC $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${SWITCHYARD_SANITIZE} -fno-omit-frame-pointer>)
        target_link_options(${target} PUBLIC -fsanitize=${SWITCHYARD_SANITIZE})
    endif()
endfunction()

# sy_library(NAME FOLDER...): a static library of every .cpp in the folders.
function(sy_library target)
    set(patterns ${ARGN})
    list(TRANSFORM patterns PREPEND ${CMAKE_SOURCE_DIR}/)
    list(TRANSFORM patterns APPEND /*.cpp)
    file(GLOB sources CONFIGURE_DEPENDS ${patterns})
    if(NOT sources)
        file(WRITE ${CMAKE_BINARY_DIR}/generated/empty.cpp "")
        set(sources ${CMAKE_BINARY_DIR}/generated/empty.cpp)
    endif()
    add_library(${target} STATIC ${sources})
    sy_target(${target})
endfunction()

# sy::code_version and sy::code_revision in switchyard_version.h, told by git in every build.
function(sy_version_header target)
    set(header ${CMAKE_BINARY_DIR}/generated/switchyard_version.h)
    add_custom_target(sy_version BYPRODUCTS ${header} COMMENT "Asking git for the code version" VERBATIM
        COMMAND ${CMAKE_COMMAND} -DROOT=${CMAKE_SOURCE_DIR} -DVERSION=${PROJECT_VERSION} -DOUT=${header}
                -DIN=${CMAKE_SOURCE_DIR}/cmake/switchyard_version.h.in -P ${CMAKE_SOURCE_DIR}/cmake/WriteVersion.cmake)
    add_dependencies(${target} sy_version)
endfunction()
