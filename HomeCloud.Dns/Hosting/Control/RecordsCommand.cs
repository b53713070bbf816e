using System.CommandLine;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary><c>homecloud-dns records ls|rm NAME</c>: what updates (RFC 2136) have made of names. Exit codes: docs/cli.md.</summary>
public static class RecordsCommand
{
    public const string Command = "records";

    public static bool IsAskedFor(string[] args) => args is [Command, ..];

    /// <param name="args">Command line, the word <c>records</c> included.</param>
    /// <param name="program">Named in front of problems.</param>
    public static async Task<int> RunAsync(string[] args, string program)
    {
        var client = new ControlClient(program);
        var command = client.Command(Command, "Show and remove the records that updates (RFC 2136) have brought.");

        var list = new Command("ls", "Show them, as a zone file has them.");
        client.Run(list, _ => ControlRequest.RecordsList);
        command.Subcommands.Add(list);

        var name = new Argument<string>("NAME");
        var remove = new Command("rm", "Remove those of NAME: what zone files say of it counts again.");
        remove.Arguments.Add(name);
        client.Run(remove, result => $"{ControlRequest.RecordsRemove} {result.GetValue(name)}");
        command.Subcommands.Add(remove);
        return await client.RunAsync(command, args);
    }
}
