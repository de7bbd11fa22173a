# cmake -DROOT=<repo> -DVERSION=... -DIN=... -DOUT=... -P cmake/WriteVersion.cmake
# Runs in every build, since a run records the code that trained it; writes only where something changed.
execute_process(COMMAND git describe --always --dirty --abbrev=12 --exclude=* WORKING_DIRECTORY ${ROOT}
                OUTPUT_VARIABLE SWITCHYARD_REVISION OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    set(SWITCHYARD_REVISION unknown)
endif()
set(PROJECT_VERSION ${VERSION})
configure_file(${IN} ${OUT} @ONLY)
