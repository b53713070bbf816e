using System.CommandLine;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary><c>homecloud-dns block ls|test|update</c>: tells about the block lists of the running server. Exit codes: docs/cli.md.</summary>
public static class BlockCommand
{
    public const string Command = "block";

    public static bool IsAskedFor(string[] args) => args is [Command, ..];

    /// <param name="args">Command line, the word <c>block</c> included.</param>
    /// <param name="program">Named in front of problems.</param>
    public static async Task<int> RunAsync(string[] args, string program)
    {
        var client = new ControlClient(program);
        var command = client.Command(Command, "Tell about the block lists of the running DNS server.");

        var lists = new Command("ls", "Show the lists: names, answers blocked, when they came, what is wrong.");
        client.Run(lists, _ => ControlRequest.BlockLists);
        command.Subcommands.Add(lists);

        var name = new Argument<string>("NAME");
        var test = new Command("test", "Show whether NAME is blocked, and by which list, rule and line.");
        test.Arguments.Add(name);
        client.Run(test, result => $"{ControlRequest.BlockTest} {result.GetValue(name)}");
        command.Subcommands.Add(test);

        var list = new Argument<string?>("LIST") { Arity = ArgumentArity.ZeroOrOne };
        var update = new Command("update", "Renew LIST, or all, now. A list that shrank is taken too.");
        update.Arguments.Add(list);
        client.Run(update, result => $"{ControlRequest.BlockUpdate} {result.GetValue(list)}".TrimEnd());
        command.Subcommands.Add(update);
        return await client.RunAsync(command, args);
    }
}
