using System.CommandLine;
using HomeCloud.Commands;
using HomeCloud.Lab.Names;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Cli.Commands.Lab;

/// <summary>The scripted name server, run by the lab on its internet machine; of no use to people, hence hidden.</summary>
internal static class LabUpstreamCommand
{
    public static Command Create()
    {
        var listen = new Option<string[]>("--listen") { Required = true };
        var log = new Option<string>("--log") { Required = true };
        var key = new Option<string>("--root-key");
        var command = new Command("upstream", "The lab's scripted upstream name server.") { listen, log, key };
        command.Hidden = true;
        command.SetAction(async (parse, cancel) =>
        {
            using var root = parse.GetValue(key) is { } file ? LabKey.Read(await File.ReadAllTextAsync(file, cancel)) : null;
            using var upstream = new ScriptedUpstream(
                [.. parse.GetRequiredValue(listen).Select(text => AddressText.TryParseEndPoint(text, out var address) ? address : throw new UserErrorException($"--listen {text} is not an address with a port.", "Write it as 127.0.0.1:53.", ExitCodes.Usage))],
                new StreamWriter(parse.GetRequiredValue(log), append: true),
                root is null ? null : new SignedNames(root));
            await upstream.RunAsync(cancel);
        });
        return command;
    }
}
