--- `:checkhealth winnow`
local M = {}

local health = vim.health

local function check_neovim()
  if vim.fn.has('nvim-0.11') == 0 then
    health.error('Neovim 0.11 or newer is needed')
  elseif vim.lsp.inline_completion then
    health.ok('Neovim shows inline completions by itself')
  else
    health.ok('Neovim 0.11: the plugin draws the ghost text')
  end
end

---@param command any
local function check_command(command)
  if type(command) ~= 'table' then
    health.ok('the server is started by a function of your configuration')
  elseif vim.fn.executable(command[1]) == 1 then
    local said = vim.system({ command[1], '--version' }, { text = true }):wait(10000)
    if said.code == 0 then
      health.ok(('%s: %s'):format(vim.fn.exepath(command[1]), vim.trim(said.stdout)))
    else
      health.warn(('%s --version fails: %s'):format(command[1], vim.trim(said.stderr or '')))
    end
  else
    health.error(command[1] .. ' is not on the path', {
      'pipx install winnow-ls, or uv tool install winnow-ls',
      "or name it: vim.lsp.config('winnow', { cmd = { '/path/to/winnow', 'serve' } })",
    })
  end
end

local function check_server()
  if not vim.lsp.is_enabled('winnow') then
    health.warn('the server is not enabled', { "vim.lsp.enable('winnow')" })
    return
  end
  local clients = vim.lsp.get_clients({ name = 'winnow' })
  if #clients == 0 then
    health.info('the server does not run: it starts with the first Python file')
  end
  for _, client in ipairs(clients) do
    health.ok(('the server runs for %s'):format(client.config.root_dir or 'single files'))
    local answer = client:request_sync('workspace/executeCommand', { command = 'winnow.doctor', arguments = {} }, 10000)
    local result = answer and answer.result
    local text = type(result) == 'table' and result.text or result
    for line in vim.gsplit(tostring(text or 'winnow.doctor did not answer within 10 s'), '\n') do
      health.info(line)
    end
  end
end

function M.check()
  health.start('Winnow')
  check_neovim()
  check_command((vim.lsp.config.winnow or {}).cmd)
  check_server()
end

return M
