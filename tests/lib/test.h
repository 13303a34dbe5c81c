#ifndef BGC_TESTS_LIB_TEST_H
#define BGC_TESTS_LIB_TEST_H

/*
 * cmocka with the headers that it wants before itself, in its order.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define LENGTH_OF(array) (sizeof(array) / sizeof *(array))

#endif
