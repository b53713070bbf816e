using System.CommandLine;
using System.Diagnostics;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;

namespace HomeCloud.Cli.Commands.Access;

/// <summary><c>setup-link</c>.</summary>
internal static class SetupLinkCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var wait = new Option<bool>("--wait") { Description = "Wait for an agent that is starting, a minute at most" };
        var command = new Command("setup-link", "Print a one-time link to set the page's password, on a terminal with a QR code for a phone; works only on the server itself.") { wait };
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ConnectionOptions.Connect(parse);
            var urls = await MakeAsync(client, parse.GetValue(wait) ? Patience : TimeSpan.Zero, cancellationToken);
            if (parse.GetValue(ConnectionOptions.Json))
            {
                Show.Json(urls);
                return ExitCodes.Success;
            }

            foreach (var url in urls)
                Console.Out.WriteLine(Show.Plain(url));
            if (!Console.IsOutputRedirected && urls is [var first, ..])
                Console.Out.Write(TerminalQrCode.Draw(first));

            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task<string[]> MakeAsync(AgentClient client, TimeSpan patience, CancellationToken cancellationToken)
    {
        for (var began = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return await client.PostAsync<string[]>("setup-link", null, cancellationToken);
            }
            catch (UserErrorException problem) when (problem.Error.ExitCode == ExitCodes.Away && Stopwatch.GetElapsedTime(began) < patience)
            {
                await Task.Delay(Interval, cancellationToken);
            }
        }
    }
}
