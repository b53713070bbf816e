using System.CommandLine;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;

namespace HomeCloud.Cli.Commands.Access;

/// <summary><c>setup-link</c>.</summary>
internal static class SetupLinkCommand
{
    public static Command Create()
    {
        var command = new Command("setup-link", "Print a one-time link to set the page's password; works only on the server itself.");
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ConnectionOptions.Connect(parse);
            var urls = await client.PostAsync<string[]>("setup-link", null, cancellationToken);
            if (parse.GetValue(ConnectionOptions.Json))
            {
                Show.Json(urls);
                return ExitCodes.Success;
            }

            foreach (var url in urls)
                Console.Out.WriteLine(Show.Plain(url));

            return ExitCodes.Success;
        });
        return command;
    }
}
