/* Both ends of the contract in one place. */
#include "snapshot/hook.h"

/* Two numbers in one: the low byte, and the rest. */
#define LOW_BITS 8u

uint32_t hook_request_index(const struct hook_request *request)
{
    return (uint32_t)request->arguments_count << LOW_BITS | (uint32_t)request->kind;
}

uint32_t hook_result_index(const struct hook_result *result)
{
    return result->status << LOW_BITS | (uint32_t)result->end;
}

bool hook_result_from(uint32_t index, struct str payload, struct hook_result *ret)
{
    uint32_t end = index & ((1u << LOW_BITS) - 1);
    if (end > HOOK_NOT_STARTED || payload.size > HOOK_OUTPUT_SIZE_MAX)
        return false;
    *ret = (struct hook_result){.end = (enum hook_end)end, .status = index >> LOW_BITS, .output = payload};
    return true;
}

bool hook_request_pack(const struct hook_request *request, struct buf *out, struct err *err)
{
    size_t size = request->input.size;
    if (request->arguments_count > HOOK_ARGUMENTS_COUNT_MAX || request->input.size > HOOK_REQUEST_SIZE_MAX)
        return err_set(err, ERR_INPUT, "what a hook is to be given is too much");
    for (size_t i = 0; i < request->arguments_count; i++) {
        struct str argument = request->arguments[i];
        if (argument.size > HOOK_ARGUMENT_SIZE_MAX || (argument.size && memchr(argument.data, 0, argument.size)))
            return err_set(err, ERR_INPUT, "an argument for a hook is too long or has a zero byte");
        size += argument.size + 1;
        buf_put_str(out, argument);
        buf_put_char(out, '\0');
    }
    buf_put_str(out, request->input);
    if (size > HOOK_REQUEST_SIZE_MAX)
        return err_set(err, ERR_INPUT, "what a hook is to be given is too much");
    return buf_ok(out) || err_memory(err);
}

bool hook_request_unpack(uint32_t index, struct str bytes, struct hook_request *ret)
{
    uint32_t kind = index & ((1u << LOW_BITS) - 1), count = index >> LOW_BITS;
    if (kind >= HOOK_KINDS_COUNT || count > HOOK_ARGUMENTS_COUNT_MAX || bytes.size > HOOK_REQUEST_SIZE_MAX)
        return false;
    struct hook_request request = {.kind = (enum hook_kind)kind, .arguments_count = count};
    for (size_t i = 0; i < count; i++) {
        size_t end = str_find(bytes, '\0');
        if (end == bytes.size || end > HOOK_ARGUMENT_SIZE_MAX)
            return false;
        request.arguments[i] = str_part(bytes, 0, end);
        bytes = str_after(bytes, end + 1);
    }
    request.input = bytes;
    *ret = request;
    return true;
}
