using System.CommandLine;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary><c>logs NAME</c>.</summary>
internal static class LogsCommand
{
    public static Command Create()
    {
        var name = NameArguments.OfServer();
        var follow = new Option<bool>("--follow", "-f") { Description = "Keep printing new lines" };
        var tail = new Option<int>("--tail", "-n") { Description = "Number of newest lines to print", DefaultValueFactory = _ => 200 };
        var command = new Command("logs", "Print a server's log.") { name, follow, tail };
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ConnectionOptions.Connect(parse);
            var path = $"servers/{Uri.EscapeDataString(parse.GetRequiredValue(name))}/logs?tail={parse.GetValue(tail)}&follow={(parse.GetValue(follow) ? "true" : "false")}";
            await foreach (var (type, data) in client.FollowAsync(path, cancellationToken))
            {
                if (type != "log")
                    continue;

                if (parse.GetValue(ConnectionOptions.Json))
                {
                    Console.Out.WriteLine(data);
                }
                else if (CliJson.Read<LogInfo>(data) is { } line)
                {
                    // Into a file it goes as it came; a terminal must not obey it.
                    var (writer, isFile) = line.IsError ? (Console.Error, Console.IsErrorRedirected) : (Console.Out, Console.IsOutputRedirected);
                    writer.WriteLine(isFile ? line.Text : Show.Plain(line.Text));
                }
            }

            return ExitCodes.Success;
        });
        return command;
    }
}
