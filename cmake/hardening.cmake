# How the program is protected: by sanitizers where it is tested, by the compiler and
# the linker where it is used.

option(BGC_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)

add_compile_options(-fstack-protector-strong)
if(BGC_SANITIZE)
    add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all
                        -fno-omit-frame-pointer)
    add_link_options(-fsanitize=address,undefined)
else()
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|i.86")
        add_compile_options(-fcf-protection)
    endif()
endif()

add_compile_options(-fPIE)
add_link_options(-pie -Wl,-z,relro -Wl,-z,now)
