using System.CommandLine;
using System.Globalization;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary><c>homecloud-dns block …</c>: tells about blocking, and changes it, at the running server. Exit codes: docs/cli.md.</summary>
public static class BlockCommand
{
    public const string Command = "block";

    public static bool IsAskedFor(string[] args) => args is [Command, ..];

    /// <param name="args">Command line, the word <c>block</c> included.</param>
    /// <param name="program">Named in front of problems.</param>
    public static async Task<int> RunAsync(string[] args, string program)
    {
        var client = new ControlClient(program);
        var command = client.Command(Command, "Tell about blocking, and change it, at the running DNS server.");
        var json = new Option<bool>("--json") { Description = "Print JSON.", Recursive = true };
        command.Options.Add(json);
        string Prefix(ParseResult result) => result.GetValue(json) ? ControlRequest.Json + " " : "";

        var lists = new Command("ls", "Show the lists: names, answers blocked, when they came, what is wrong; names blocked and allowed by hand; pauses.");
        client.Run(lists, result => Prefix(result) + ControlRequest.BlockLists);
        command.Subcommands.Add(lists);

        var tested = new Argument<string>("NAME");
        var asker = new Option<string?>("--device") { HelpName = "DEVICE", Description = "For this device or group: its address, MAC or name. Default: a device in no group." };
        var test = new Command("test", "Show whether NAME is blocked, and by which list, rule and line.") { tested, asker };
        client.Run(test, result => $"{Prefix(result)}{ControlRequest.BlockTest} {result.GetValue(tested)} {result.GetValue(asker)}".TrimEnd());
        command.Subcommands.Add(test);
        Add("add", "Block NAME and all below it, at once and after restarts too.", ControlRequest.BlockAdd);
        Add("allow", "Allow NAME and all below it, whatever lists say.", ControlRequest.BlockAllow);
        Add("rm", "Take back what add or allow said of NAME.", ControlRequest.BlockRemove);

        var length = new Argument<TimeSpan>("TIME") { Description = "30s, 5m or 2h.", CustomParser = ReadTime };
        var device = new Argument<string?>("DEVICE") { Arity = ArgumentArity.ZeroOrOne, Description = "Its address, MAC or name, or a group (all: devices in no group). Default: everybody." };
        var pause = new Command("pause", "Block nothing for TIME, for everybody or one device or group. A restart ends it too.") { length, device };
        client.Run(pause, result => string.Create(CultureInfo.InvariantCulture, $"{ControlRequest.BlockPause} {(int)result.GetValue(length).TotalSeconds} {result.GetValue(device)}").TrimEnd());
        command.Subcommands.Add(pause);

        var resume = new Command("resume", "End pauses: all of them, or the one of DEVICE.") { device };
        client.Run(resume, result => $"{ControlRequest.BlockResume} {result.GetValue(device)}".TrimEnd());
        command.Subcommands.Add(resume);

        var list = new Argument<string?>("LIST") { Arity = ArgumentArity.ZeroOrOne };
        var update = new Command("update", "Renew LIST, or all, now. A list that shrank is taken too.") { list };
        client.Run(update, result => $"{Prefix(result)}{ControlRequest.BlockUpdate} {result.GetValue(list)}".TrimEnd());
        command.Subcommands.Add(update);
        return await client.RunAsync(command, args);

        void Add(string verb, string description, string request)
        {
            var name = new Argument<string>("NAME");
            var one = new Command(verb, description) { name };
            client.Run(one, result => $"{Prefix(result)}{request} {result.GetValue(name)}");
            command.Subcommands.Add(one);
        }
    }

    private static TimeSpan ReadTime(System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var unit = text[^1..] switch { "s" => 1, "m" => 60, "h" => 3600, _ => 0 };
        if (unit > 0 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 86_400)
            return TimeSpan.FromSeconds((long)count * unit);
        result.AddError($"'{text}' is not a time: write 30s, 5m or 2h.");
        return default;
    }
}
