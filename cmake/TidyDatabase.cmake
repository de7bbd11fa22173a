# cmake -DBUILD=<build folder> -P cmake/TidyDatabase.cmake: BUILD/tidy/compile_commands.json without what only GCC knows.
file(READ ${BUILD}/compile_commands.json commands)
string(REGEX REPLACE " -Winvalid-pch| -fpch-preprocess| -Wno-restrict| -include [^ ]*cmake_pch\\.hxx" "" commands "${commands}")
file(WRITE ${BUILD}/tidy/compile_commands.json "${commands}")
