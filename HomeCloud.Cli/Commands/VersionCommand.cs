using System.CommandLine;
using System.Reflection;
using System.Text.Json.Nodes;
using HomeCloud.Cli.Api;

namespace HomeCloud.Cli.Commands;

internal static class VersionCommand
{
    public static Command Create()
    {
        var command = new Command("version", "Print the version.");
        command.SetAction(parse =>
        {
            var version = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
            var shown = version?.Split('+')[0];
            parse.InvocationConfiguration.Output.WriteLine(parse.GetValue(ConnectionOptions.Json) ? CliJson.Line(new JsonObject { ["version"] = shown }) : shown);
        });
        return command;
    }
}
