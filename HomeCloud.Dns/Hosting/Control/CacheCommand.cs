using System.CommandLine;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary>
/// <c>homecloud-dns cache dump|flush [NAME]</c>: shows or empties the cache of the server that runs with the same data
/// directory, alone or inside the agent. Exit codes: docs/cli.md.
/// </summary>
public static class CacheCommand
{
    public const string Command = "cache";

    public static bool IsAskedFor(string[] args) => args is [Command, ..];

    /// <param name="args">Command line, the word <c>cache</c> included.</param>
    /// <param name="program">Named in front of problems.</param>
    public static async Task<int> RunAsync(string[] args, string program)
    {
        var client = new ControlClient(program);
        var command = client.Command(Command, "Show or empty the cache of the running DNS server.");
        foreach (var (verb, what) in ((string, string)[])[(ControlRequest.Dump, "Show cached answers: all, or those at and below NAME."), (ControlRequest.Flush, "Remove cached answers: all, or those at and below NAME.")])
        {
            var name = new Argument<string?>("NAME") { Arity = ArgumentArity.ZeroOrOne };
            var sub = new Command(verb, what);
            sub.Arguments.Add(name);
            client.Run(sub, result => $"{verb} {result.GetValue(name)}".TrimEnd());
            command.Subcommands.Add(sub);
        }

        return await client.RunAsync(command, args);
    }
}
