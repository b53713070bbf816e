using System.CommandLine;
using System.Text.Json.Nodes;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;
using HomeCloud.Lab;
using HomeCloud.Lab.Packages;

namespace HomeCloud.Cli.Commands.Lab;

internal static class LabPackagesCommand
{
    public static Command Create()
    {
        var redis = new Option<bool>("--redis") { Description = "Also install Redis." };
        var tests = new Option<bool>("--tests") { Description = "Install everything that ./test needs." };
        var command = new Command("packages", "Install missing Debian packages that the lab needs.") { redis, tests };
        command.SetAction((parse, cancel) => LabErrors.ShowAsync(async () =>
        {
            Requirements.Check();
            var progress = new ConsoleProgress(Show.Words(parse));
            var installed = await (parse.GetValue(tests) ? DebianPackages.EnsureForTestsAsync(progress, cancel) : DebianPackages.EnsureAsync(parse.GetValue(redis), progress, cancel));
            if (parse.GetValue(ConnectionOptions.Json))
                Show.Json(new JsonObject { ["installed"] = CliJson.Array(installed) });
            return ExitCodes.Success;
        }));
        return command;
    }
}
