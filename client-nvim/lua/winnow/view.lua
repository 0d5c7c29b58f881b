--- A window to read something in; q closes it.
local M = {}

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

---@param title string
---@param text string
---@param syntax? string
---@param keys? winnow.Key[] What else can be done there; each closes the window first.
function M.open(title, text, syntax, keys)
  local lines = vim.split(text, '\n', { plain = true })
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].syntax = syntax or 'markdown' -- not the filetype, whose plugins may want a parser that is missing
  local widest = math.max(30, vim.fn.strdisplaywidth(title), keys and vim.fn.strdisplaywidth(told(keys)) or 0)
  for _, line in ipairs(lines) do
    widest = math.max(widest, vim.fn.strdisplaywidth(line))
  end
  local width = math.min(widest + 2, math.max(vim.o.columns - 4, 3))
  local rows = 0
  for _, line in ipairs(lines) do
    rows = rows + math.max(math.ceil(vim.fn.strdisplaywidth(line) / (width - 2)), 1)
  end
  local height = math.min(rows, math.max(vim.o.lines - 6, 1))
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
  vim.wo[window].wrap = true
  vim.wo[window].linebreak = true
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
