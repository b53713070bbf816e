namespace HomeCloud.Dns.Hosting.Control;

/// <summary>
/// <c>homecloud-dns reload</c>: what SIGHUP does, and says what is wrong where it was asked. Exit codes: docs/cli.md.
/// </summary>
public static class ReloadCommand
{
    public const string Command = "reload";

    public static bool IsAskedFor(string[] args) => args is [Command, ..];

    /// <param name="args">Command line, the word <c>reload</c> included.</param>
    /// <param name="program">Named in front of problems.</param>
    public static async Task<int> RunAsync(string[] args, string program)
    {
        var client = new ControlClient(program);
        var command = client.Command(Command, "Make the running DNS server read its configuration again: upstream servers, forward rules, block lists, local names, zone files, keys for updates, log levels.");
        client.Run(command, _ => ControlRequest.Reload);
        return await client.RunAsync(command, args);
    }
}
