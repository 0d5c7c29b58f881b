--- Which failing test is meant.
local server = require('winnow.server')
local status = require('winnow.status')

local M = {}

--- Of all failing tests the only one, else the one that is chosen.
---@param chosen fun(test: string)
function M.choose(chosen)
  local failing = status.failing(0)
  if #failing == 0 then
    server.say('no test is known to fail')
    return
  elseif #failing == 1 then
    chosen(failing[1].id)
    return
  end
  local options = {
    prompt = 'Which failing test?',
    format_item = function(row)
      return row.id:match('[^/]*$')
    end,
  }
  vim.ui.select(failing, options, function(row)
    if row then
      chosen(row.id)
    end
  end)
end

--- The test that points to the line of the cursor, else one of all.
---@param chosen fun(test: string)
function M.here(chosen)
  local test = server.failing_at(vim.api.nvim_win_get_cursor(0)[1] - 1)[1]
  if test then
    chosen(test)
  else
    M.choose(chosen)
  end
end

return M
