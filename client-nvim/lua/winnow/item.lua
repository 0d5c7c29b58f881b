--- A suggestion, and what is left of it at the cursor after the user typed on.
local M = {}

---@class winnow.Item
---@field text string What the server proposes to stand in place of the range.
---@field row integer The line of the range, from 0.
---@field start integer Its first byte.
---@field stop integer The byte after its last.
---@field command? lsp.Command Runs once the text is in: the server learns of it.
---@field client_id integer

---@alias winnow.Part 'all'|'line'|'word'

--- From the protocol's item, as the server answered for a cursor.
---@param sent lsp.InlineCompletionItem
---@param client vim.lsp.Client
---@param buffer integer
---@param cursor [integer, integer] Line from 1, byte from 0.
---@return winnow.Item
function M.from_lsp(sent, client, buffer, cursor)
  local row, start, stop = cursor[1] - 1, cursor[2], cursor[2]
  if sent.range then
    row = sent.range.start.line
    local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1] or ''
    start = vim.str_byteindex(line, client.offset_encoding, sent.range.start.character, false)
    stop = vim.str_byteindex(line, client.offset_encoding, sent.range['end'].character, false)
  end
  local text = sent.insertText
  return {
    text = type(text) == 'string' and text or text.value,
    row = row,
    start = start,
    stop = stop,
    command = sent.command,
    client_id = client.id,
  }
end

--- From an item of Neovim 0.12, which knows bytes already.
---@param own vim.lsp.inline_completion.Item
---@param cursor [integer, integer]
---@return winnow.Item
function M.from_builtin(own, cursor)
  local row, start, stop = cursor[1] - 1, cursor[2], cursor[2]
  if own.range then
    row, start, _, stop = own.range:to_extmark()
  end
  local text = own.insert_text
  return {
    text = type(text) == 'string' and text or text.value,
    row = row,
    start = start,
    stop = stop,
    command = own.command,
    client_id = own.client_id,
  }
end

--- What is still to be inserted at the cursor, and how many bytes after it go; nil when the text went another way.
--- A suggestion begins where the cursor stood when it was asked for, so what stands between is what was typed since.
---@param item winnow.Item
---@param line string The line as it is now.
---@param cursor [integer, integer]
---@return string? rest, integer? replaced
function M.rest(item, line, cursor)
  local typed = line:sub(item.start + 1, cursor[2])
  if item.row ~= cursor[1] - 1 or cursor[2] < item.start or not vim.startswith(item.text, typed) then
    return nil
  end
  local rest = item.text:sub(#typed + 1)
  return rest ~= '' and rest or nil, item.stop - item.start
end

--- The first word or line of a text, with the space before it; the whole text when nothing smaller is asked for.
---@param text string
---@param part winnow.Part
---@return string
function M.first(text, part)
  if part == 'line' then
    return text:match('^\n?[^\n]*')
  elseif part == 'word' then
    return text:match('^%s*[%w_\128-\255]+') or text:match('^%s*[^%w%s_]+') or text
  end
  return text
end

return M
