/*
 * One machine for both kinds: what differs is which byte ends an entry, which begins a comment, and whether there are
 * parentheses and escapes.
 *
 *     BETWEEN ──▶ WORD ──▶ ESCAPE (a backslash and one byte, both kept: \. is no dot)
 *        │──────▶ QUOTED ─▶ QUOTED_ESCAPE
 *        └──────▶ COMMENT
 */
#include "inventory/words.h"

enum lexing { BETWEEN, WORD, ESCAPE, QUOTED, QUOTED_ESCAPE, COMMENT };

static void entry_begin(struct entry *entry, uint64_t line)
{
    entry->line = line;
    entry->is_indented = false;
    entry->fault = NULL;
    entry->end = '\n';
    entry->count = entry->size = 0;
}

void words_init(struct words *words, enum words_kind kind,
                bool (*on_entry)(void *context, const struct entry *entry, struct err *err), void *context)
{
    words->kind = kind;
    words->on_entry = on_entry;
    words->is_record = NULL;
    words->context = context;
    words->line = 1;
    words->lexing = BETWEEN;
    words->had_text = words->is_dropped = false;
    words->depth = words->depth_now = 0;
    entry_begin(&words->entry, 1);
    entry_begin(&words->current, 1);
}

struct str entry_word(const struct entry *entry, size_t index)
{
    if (index >= entry->count)
        return STR("");
    return str_make(entry->text + entry->words[index].at, entry->words[index].size);
}

/* ---- what is kept ---- */

static void begin_word(struct entry *entry)
{
    if (entry->count == ENTRY_WORDS_COUNT_MAX)
        return;
    entry->words[entry->count].at = entry->size;
    entry->words[entry->count++].size = 0;
}

/* A word that does not fit is cut: a name of this length is none, and of all else only the beginning counts. */
static void put(struct entry *entry, char c)
{
    if (entry->size == ENTRY_TEXT_SIZE_MAX)
        return;
    entry->text[entry->size++] = c;
    entry->words[entry->count - 1].size++;
}

static void word_begins(struct words *w, int lexing)
{
    w->lexing = lexing;
    w->is_dropped = w->entry.count == ENTRY_WORDS_COUNT_MAX;
    if (w->entry.count == 0)
        w->entry.line = w->line;
    begin_word(&w->entry);
    if (w->depth)
        begin_word(&w->current);
}

static void word_goes_on(struct words *w, char c)
{
    if (!w->is_dropped)
        put(&w->entry, c);
    if (w->depth && w->current.count)
        put(&w->current, c);
}

static void fault(struct words *w, const char *sentence)
{
    if (!w->entry.fault)
        w->entry.fault = sentence;
}

/* ---- ends ---- */

static bool end_entry(struct words *w, char end, struct err *err)
{
    bool is_there = w->entry.count || w->entry.fault || end == '{' || end == '}';
    w->entry.end = end;
    if (is_there && !w->on_entry(w->context, &w->entry, err))
        return false;
    w->depth = w->depth_now = 0;
    entry_begin(&w->entry, w->line);
    entry_begin(&w->current, w->line);
    return true;
}

/* The record whose parenthesis was forgotten ends before this line, which is one itself. */
static bool end_unclosed(struct words *w, struct err *err)
{
    w->entry.fault = "A parenthesis is opened here and not closed.";
    w->entry.end = '\n';
    if (!w->on_entry(w->context, &w->entry, err))
        return false;
    w->entry = w->current;
    w->depth = w->depth_now;
    return true;
}

static bool end_line(struct words *w, struct err *err)
{
    w->had_text = false;
    if (w->kind == WORDS_STATEMENTS)
        return true;
    if (w->depth && w->is_record && !w->current.is_indented && w->current.line > w->entry.line &&
        w->is_record(&w->current) && !end_unclosed(w, err))
        return false;
    if (w->depth == 0)
        return end_entry(w, '\n', err);
    w->depth_now = 0;
    return true;
}

static bool newline(struct words *w, struct err *err)
{
    if (w->lexing == QUOTED || w->lexing == QUOTED_ESCAPE)
        fault(w, "A quoted text is not closed in its line.");
    w->lexing = BETWEEN;
    if (!end_line(w, err))
        return false;
    w->line++;
    entry_begin(&w->current, w->line);
    if (w->entry.count == 0 && !w->entry.fault && w->depth == 0)
        w->entry.line = w->line;
    return true;
}

/* ---- bytes ---- */

static void open_parenthesis(struct words *w)
{
    if (w->depth++ == 0) /* what is before it in this line belongs to the entry */
        entry_begin(&w->current, w->line);
    w->depth_now++;
}

static void close_parenthesis(struct words *w)
{
    if (w->depth == 0) {
        fault(w, "A parenthesis is closed that was not opened.");
        return;
    }
    w->depth--;
    w->depth_now -= w->depth_now > 0;
}

/* A byte with a meaning of its own; false: it belongs to a word. */
static bool is_mark(const struct words *w, char c)
{
    if (w->kind == WORDS_ZONE)
        return c == ';' || c == '(' || c == ')' || c == '"';
    return c == '#' || c == ';' || c == '{' || c == '}' || c == '"';
}

static bool mark(struct words *w, char c, struct err *err)
{
    w->lexing = BETWEEN;
    if (c == '"')
        word_begins(w, QUOTED);
    else if (c == (w->kind == WORDS_ZONE ? ';' : '#'))
        w->lexing = COMMENT;
    else if (c == '(')
        open_parenthesis(w);
    else if (c == ')')
        close_parenthesis(w);
    else
        return end_entry(w, c, err);
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static bool plain_byte(struct words *w, char c, struct err *err)
{
    if (!w->had_text) {
        w->had_text = true;
        w->current.is_indented = is_blank(c);
        if (w->entry.count == 0 && w->depth == 0)
            w->entry.is_indented = is_blank(c);
    }
    if (is_blank(c)) {
        w->lexing = BETWEEN;
        return true;
    }
    if (is_mark(w, c))
        return mark(w, c, err);
    if (w->lexing == BETWEEN)
        word_begins(w, WORD);
    word_goes_on(w, c);
    if (c == '\\' && w->kind == WORDS_ZONE)
        w->lexing = ESCAPE;
    return true;
}

static bool take_byte(struct words *w, char c, struct err *err)
{
    if (c == '\n')
        return newline(w, err);
    switch ((enum lexing)w->lexing) {
    case BETWEEN:
    case WORD: return plain_byte(w, c, err);
    case ESCAPE:
        w->lexing = WORD;
        word_goes_on(w, c);
        return true;
    case QUOTED:
        w->lexing = c == '"' ? BETWEEN : c == '\\' ? QUOTED_ESCAPE : QUOTED;
        if (c != '"')
            word_goes_on(w, c);
        return true;
    case QUOTED_ESCAPE:
        w->lexing = QUOTED;
        word_goes_on(w, c);
        return true;
    case COMMENT: break;
    }
    return true;
}

bool words_take(struct words *words, struct str bytes, struct err *err)
{
    for (size_t i = 0; i < bytes.size; i++)
        if (!take_byte(words, bytes.data[i], err))
            return false;
    return true;
}

bool words_end(struct words *words, struct err *err)
{
    if (!newline(words, err))
        return false;
    if (words->depth)
        fault(words, "A parenthesis is opened here and not closed.");
    else if (words->kind == WORDS_STATEMENTS && words->entry.count)
        fault(words, "The last statement has no end.");
    return end_entry(words, '\n', err);
}
