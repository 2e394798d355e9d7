/* A ClientHello of anybody: it has a class, and always the same one. */
#include <stdlib.h>

#include "tls/hello_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum hello_class class = hello_read(str_make(data, size));
    if ((unsigned)class >= HELLO_CLASSES_COUNT || class != hello_read(str_make(data, size)))
        abort();
    return 0;
}
