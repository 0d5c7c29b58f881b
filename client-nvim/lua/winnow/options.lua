--- What can be chosen about this client. What the server does is set in its own settings, the same in every editor.
local M = {}

---@class winnow.Keys
---@field accept string|false
---@field accept_word string|false
---@field accept_line string|false
---@field dismiss string|false
---@field ask string|false

---@class winnow.Options
---@field keys? winnow.Keys|false Insert-mode keys, each of which does what it did before where there is no ghost text.
---@field codelens? boolean Show how the tests stand above the functions that they reach.
---@field debounce? integer Milliseconds of quiet before a suggestion is asked for (Neovim 0.11 alone).
---@field progress? boolean Say below the text what takes longer than a second.
---@field notify? boolean Say once what an untrusted project misses.

---@type winnow.Options
local defaults = {
  keys = {
    accept = '<Tab>',
    accept_word = '<M-Right>',
    accept_line = '<M-Down>',
    dismiss = '<C-]>',
    ask = '<M-Bslash>',
  },
  codelens = true,
  debounce = 60,
  progress = true,
  notify = true,
}

---@return winnow.Options
function M.get()
  return vim.tbl_deep_extend('force', defaults, vim.g.winnow or {})
end

return M
