/** Runs before each test file: tests do not depend on the terminal, the pipeline or the AWS profile that they are run in. */
const named = new Set([
  // What Node.js asks before it colours: https://nodejs.org/api/tty.html#writestreamgetcolordepthenv
  ..."NO_COLOR FORCE_COLOR NODE_DISABLE_COLORS COLORTERM TERM TERM_PROGRAM TMUX".split(" "),
  ..."CI CI_NAME GITHUB_ACTIONS TEAMCITY_VERSION TF_BUILD AGENT_NAME".split(" "),
  // What commands take from the environment, and how they write times.
  ..."PORT TZ LANG LC_ALL".split(" "),
]);

for (const name of Object.keys(process.env))
  if (named.has(name) || /^(?:AWS|CONNECT)_(?!SDK_JS)/.test(name)) delete process.env[name];
process.env["TERM"] = "xterm-256color";
