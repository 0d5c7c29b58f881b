--- A window to read something in; q closes it.
local M = {}

local NOTE_WIDTH = 60
local NOTE_MS = 10000

---@class winnow.Key
---@field key string
---@field does string
---@field run fun()

--- What the keys do, as it stands below the window.
---@param keys winnow.Key[]
---@return string
local function told(keys)
  local words = vim.tbl_map(function(each)
    return each.key .. ' ' .. each.does
  end, keys)
  return ' ' .. table.concat(vim.list_extend(words, { 'q close' }), ' · ') .. ' '
end

---@param lines string[]
---@return integer
local function scratch(lines)
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].bufhidden = 'wipe'
  return buffer
end

---@param lines string[]
---@param least integer
---@return integer
local function widest(lines, least)
  for _, line in ipairs(lines) do
    least = math.max(least, vim.fn.strdisplaywidth(line))
  end
  return least
end

--- How many rows of the screen lines take, once they are wrapped.
---@param lines string[]
---@param width integer
---@return integer
local function rows(lines, width)
  local sum = 0
  for _, line in ipairs(lines) do
    sum = sum + math.max(math.ceil(vim.fn.strdisplaywidth(line) / width), 1)
  end
  return sum
end

---@param window integer
local function wrap(window)
  vim.wo[window].wrap = true
  vim.wo[window].linebreak = true
end

---@type integer? The window of the latest note.
local noted

---@param window integer?
local function close(window)
  if window and vim.api.nvim_win_is_valid(window) then
    vim.api.nvim_win_close(window, true)
  end
end

--- Show a text in a corner for a while; the cursor stays where it is, and nothing waits for a key.
---@param text string
function M.note(text)
  close(noted)
  local lines = vim.split(text, '\n', { plain = true })
  local window = vim.api.nvim_open_win(scratch(lines), false, {
    relative = 'editor',
    anchor = 'SE',
    row = vim.o.lines - vim.o.cmdheight - 1,
    col = vim.o.columns,
    width = math.min(widest(lines, 1), NOTE_WIDTH, math.max(vim.o.columns - 4, 3)),
    height = 1,
    style = 'minimal',
    border = 'rounded',
    title = ' Winnow ',
    focusable = false,
    noautocmd = true,
  })
  wrap(window)
  local room = math.max(vim.o.lines - 6, 1)
  vim.api.nvim_win_set_height(window, math.min(vim.api.nvim_win_text_height(window, {}).all, room))
  noted = window
  vim.defer_fn(function()
    close(window)
  end, NOTE_MS)
end

---@param title string
---@param text string
---@param syntax? string
---@param keys? winnow.Key[] What else can be done there; each closes the window first.
function M.open(title, text, syntax, keys)
  local lines = vim.split(text, '\n', { plain = true })
  local buffer = scratch(lines)
  vim.bo[buffer].syntax = syntax or 'markdown' -- not the filetype, whose plugins may want a parser that is missing
  local least = math.max(30, vim.fn.strdisplaywidth(title), keys and vim.fn.strdisplaywidth(told(keys)) or 0)
  local width = math.min(widest(lines, least) + 2, math.max(vim.o.columns - 4, 3))
  local height = math.min(rows(lines, width - 2), math.max(vim.o.lines - 6, 1))
  local window = vim.api.nvim_open_win(buffer, true, {
    relative = 'editor',
    width = width,
    height = height,
    row = math.floor((vim.o.lines - height) / 2) - 1,
    col = math.floor((vim.o.columns - width) / 2),
    style = 'minimal',
    border = 'rounded',
    title = ' ' .. title .. ' ',
    footer = keys and told(keys) or nil,
  })
  wrap(window)
  for _, key in ipairs({ 'q', '<Esc>' }) do
    vim.keymap.set('n', key, '<Cmd>close<CR>', { buffer = buffer, nowait = true })
  end
  for _, each in ipairs(keys or {}) do
    vim.keymap.set('n', each.key, function()
      vim.api.nvim_win_close(window, true)
      each.run()
    end, { buffer = buffer, nowait = true, desc = each.does })
  end
end

return M
