using System.CommandLine;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary><c>homecloud-dns records ls|add|rm</c>: what updates (RFC 2136) have made of names. Exit codes: docs/cli.md.</summary>
public static class RecordsCommand
{
    public const string Command = "records";

    public static bool IsAskedFor(string[] args) => args is [Command, ..];

    /// <param name="args">Command line, the word <c>records</c> included.</param>
    /// <param name="program">Named in front of problems.</param>
    public static async Task<int> RunAsync(string[] args, string program)
    {
        var client = new ControlClient(program);
        var command = client.Command(Command, "Show, add and remove records of the running DNS server, as updates (RFC 2136) do.");

        var list = new Command("ls", "Show them, as a zone file has them.");
        client.Run(list, _ => ControlRequest.RecordsList);
        command.Subcommands.Add(list);

        var name = new Argument<string>("NAME");
        var type = new Argument<string>("TYPE");
        var data = new Argument<string[]>("DATA") { Arity = ArgumentArity.OneOrMore };
        var ttl = new Option<uint?>("--ttl") { HelpName = "SECONDS", Description = "How long others may keep it. Default: 60." };
        var add = new Command("add", "Add a record of any type, with DATA as a zone file has it.") { Options = { ttl } };
        foreach (var argument in (Argument[])[name, type, data])
            add.Arguments.Add(argument);
        client.Run(add, result => $"{ControlRequest.RecordsAdd} {result.GetValue(name)} {result.GetValue(ttl)} {result.GetValue(type)} {string.Join(' ', result.GetValue(data)!.Select(Quoted))}");
        command.Subcommands.Add(add);

        var remove = new Command("rm", "Remove those of NAME: what zone files say of it counts again.");
        remove.Arguments.Add(name);
        client.Run(remove, result => $"{ControlRequest.RecordsRemove} {result.GetValue(name)}");
        command.Subcommands.Add(remove);
        return await client.RunAsync(command, args);
    }

    // The shell has taken the quotes that the text of a record needs.
    private static string Quoted(string word) => word.Length == 0 || (word.AsSpan().ContainsAny(' ', ';', '(') && !word.Contains('"', StringComparison.Ordinal)) ? $"\"{word}\"" : word;
}
