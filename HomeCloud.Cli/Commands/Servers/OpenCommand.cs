using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary><c>open NAME</c>: its web page in the browser, or the link where there is none.</summary>
internal static class OpenCommand
{
    public static Command Create()
    {
        var name = NameArguments.OfServer();
        var command = new Command("open", "Open a server's web page in the browser.") { name };
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ConnectionOptions.Connect(parse);
            var server = await client.GetAsync<ServerInfo>($"servers/{Uri.EscapeDataString(parse.GetRequiredValue(name))}", cancellationToken);
            if (server.StartedAt is null)
                throw new UserErrorException($"{server.Name} is {Show.StateWords(server)}.", $"Start it: homecloud start {server.Name}", ExitCodes.Failure);

            var url = server.Ports.FirstOrDefault(p => p.Url is not null && p.Open != false)?.Url
                ?? throw new UserErrorException($"{server.Name} has no port for a web browser.", $"homecloud show {server.Name} lists its ports.", ExitCodes.Failure);
            if (parse.GetValue(ConnectionOptions.Json))
            {
                Show.JsonLine(new JsonObject { ["name"] = server.Name, ["url"] = url });
                return ExitCodes.Success;
            }

            // The program that opens it may know more kinds of links than those of the web.
            if (!Uri.TryCreate(url, UriKind.Absolute, out var link) || link.Scheme is not ("http" or "https"))
                throw new UserErrorException($"the agent sent a link that is not a web address: {url}.", "Check the labels of the container.", ExitCodes.Failure);

            Console.Out.WriteLine(Show.Plain(url));
            if (!Console.IsOutputRedirected)
                TryOpen(link.AbsoluteUri);

            return ExitCodes.Success;
        });
        return command;
    }

    private static void TryOpen(string url)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("xdg-open", [url]) { RedirectStandardError = true, RedirectStandardOutput = true });
        }
        catch (Win32Exception)
        {
            // No desktop here; the printed link is what there is.
        }
    }
}
