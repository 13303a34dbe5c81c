# assets/ becomes the table behind src/base/asset.h. Sets BGC_ASSET_TABLE.

set(BGC_ASSET_TABLE ${CMAKE_BINARY_DIR}/generated/asset_table.c)

file(GLOB_RECURSE asset_files CONFIGURE_DEPENDS assets/*)
add_custom_command(
    OUTPUT ${BGC_ASSET_TABLE}
    COMMAND ${CMAKE_COMMAND} -DASSETS=${CMAKE_SOURCE_DIR}/assets -DTABLE=${BGC_ASSET_TABLE}
            -P ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${asset_files} ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    COMMENT "Embedding assets/"
    VERBATIM)
