# cmake -DROOT=<repo> -P cmake/check_layers.cmake: includes may only go up the list in CONTRIBUTING.md.

# forbid(FOLDER REGEX): no source in FOLDER includes a path that begins with REGEX.
function(forbid dir regex)
    set(files "")
    foreach(ending h hpp cpp cu cuh)
        file(GLOB_RECURSE found ${ROOT}/${dir}/*.${ending})
        list(APPEND files ${found})
    endforeach()
    foreach(file IN LISTS files)
        file(STRINGS ${file} hits REGEX "^[ \t]*#[ \t]*include[ \t]*[<\"](${regex})")
        foreach(hit IN LISTS hits)
            file(RELATIVE_PATH shown ${ROOT} ${file})
            message(SEND_ERROR "${shown} may not do this: ${hit}")
        endforeach()
    endforeach()
endfunction()

if(NOT IS_DIRECTORY "${ROOT}/core")
    message(FATAL_ERROR "ROOT=\"${ROOT}\" is not the repository: it has no folder core")
endif()

set(torch "torch/|ATen/|c10/|caffe2/")
set(qt "Q[A-Z]|Qt[A-Z]|qcustomplot")
set(sqlite "sqlite3|SQLiteCpp")
set(record_layers base config routing analysis store queue)
set(engine_layers kernels model train distributed interop)

# core: a layer sees those before it in this order.
set(below "")
foreach(layer interop distributed train model kernels text queue store analysis routing config base)
    if(below)
        forbid(core/${layer} "core/(${below})/")
    endif()
    string(JOIN "|" below ${below} ${layer})
endforeach()
forbid(core "${qt}|ui/|app/")
foreach(layer IN LISTS record_layers ITEMS text)
    forbid(core/${layer} "${torch}")
endforeach()
foreach(layer IN LISTS engine_layers ITEMS base config routing analysis queue text)
    forbid(core/${layer} "${sqlite}")
endforeach()

list(JOIN engine_layers "|" engine)
forbid(ui "${torch}|${sqlite}|core/(${engine})/|app/")

# ui: models, then plots, then the pages, which do not know each other, then the window.
set(pages setup charts runs compare)
list(JOIN pages "|" any_page)
forbid(ui/models "ui/(plots|${any_page}|window)/")
forbid(ui/plots "ui/(${any_page}|window)/")
foreach(page IN LISTS pages)
    set(others ${pages})
    list(REMOVE_ITEM others ${page})
    list(JOIN others "|" other_pages)
    forbid(ui/${page} "ui/(${other_pages}|window)/")
endforeach()
forbid(app/workbench "${torch}|${sqlite}|core/(${engine})/|app/cli/")
forbid(app/cli "${torch}|${sqlite}|${qt}|ui/|app/workbench/")

# What would hide a layer: paths that are not written from the root.
foreach(dir core ui app)
    forbid(${dir} "\\.")
endforeach()

# CUDA sources see no torch header: nvcc would need the toolkit of the wheel.
file(GLOB_RECURSE kernels RELATIVE ${ROOT} ${ROOT}/core/*.cu ${ROOT}/core/*.cuh)
foreach(file IN LISTS kernels)
    file(STRINGS ${ROOT}/${file} hits REGEX "^[ \t]*#[ \t]*include[ \t]*[<\"](${torch})")
    if(hits)
        message(SEND_ERROR "${file} may not do this: ${hits}")
    endif()
endforeach()
