using System.CommandLine;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary>Commands that take several names do all that can be done, and end with the first refusal's exit code.</summary>
internal static class EachServer
{
    public static async Task<int> DoAsync(ParseResult parse, IEnumerable<string> names, Func<string, Task> action)
    {
        var code = ExitCodes.Success;
        foreach (var name in names)
        {
            try
            {
                await action(name);
            }
            catch (UserErrorException error) when (error.Error.ExitCode is not (ExitCodes.Away or ExitCodes.Refused))
            {
                // Without the agent, or without its leave, the others would fare no better.
                Show.Error(error.Error, parse.GetValue(ConnectionOptions.Json));
                code = code == ExitCodes.Success ? error.Error.ExitCode : code;
            }
        }

        return code;
    }
}
