using System.CommandLine;
using System.Text.Json.Nodes;
using HomeCloud.Cli.Api;
using HomeCloud.Cli.Localization;
using HomeCloud.Commands;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Localization;
using Spectre.Console;

namespace HomeCloud.Cli.Commands.Names;

/// <summary><c>name add|ls|rm</c>: static names.</summary>
internal static class NameCommand
{
    public static Command Create()
    {
        var command = new Command("name", "Manage static names of devices that are not containers: the NAS, the printer.") { Add(), List(), Remove() };
        return command;
    }

    private static Command Add()
    {
        var name = new Argument<string>("name") { Description = "The name, without the zone" };
        var targets = new Argument<string[]>("target") { Description = "Addresses, or one target name", Arity = ArgumentArity.OneOrMore };
        var ttl = new Option<int>("--ttl") { Description = "TTL in seconds", DefaultValueFactory = _ => 300 };
        var replace = new Option<bool>("--replace") { Description = "Take the name over from a server or another static name" };
        var command = new Command("add", "Add a static name.") { name, targets, ttl, replace };
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ConnectionOptions.Connect(parse);
            var all = parse.GetRequiredValue(targets);
            if (all.FirstOrDefault(t => AddressText.IsMeantAsAddress(t) && !AddressText.TryParse(t, out _)) is { } wrong)
                throw new UserErrorException(NoAddress(wrong), "Write it as 192.168.1.20 or fd00::20.", ExitCodes.Usage);

            JsonObject body = all.All(t => AddressText.TryParse(t, out _))
                ? new() { ["addresses"] = CliJson.Array(all), ["ttl"] = parse.GetValue(ttl) }
                : new() { ["aliasOf"] = all[0], ["ttl"] = parse.GetValue(ttl) };
            if (all.Length > 1 && !all.All(t => AddressText.TryParse(t, out _)))
                throw new UserErrorException("several targets are set, and not all are addresses.", "Set addresses only, or one target name.", ExitCodes.Usage);

            var wanted = parse.GetRequiredValue(name);
            await client.SendAsync(HttpMethod.Put, $"names/{Uri.EscapeDataString(wanted)}?replace={(parse.GetValue(replace) ? "true" : "false")}", cancellationToken, body);
            if (parse.GetValue(ConnectionOptions.Json))
            {
                // The agent takes the zone off: nas.home is nas.
                var known = await client.GetAsync<StaticNameInfo[]>("names", cancellationToken);
                Show.Json(known.Where(n => (wanted + ".").StartsWith(n.Name + ".", StringComparison.OrdinalIgnoreCase)).MaxBy(n => n.Name.Length));
            }
            else
            {
                AnsiConsole.MarkupLine($"[bold]{Show.Safe(wanted)}[/] → {Show.Safe(string.Join(", ", all))}");
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static Phrase NoAddress(string text) => AddressText.WithoutZeros(text) is { } plain
        ? (Phrase)$"{text} is not a valid address (leading zeros mean octal to some programs: write {plain} if you mean that)."
        : $"{text} is not a valid address.";

    private static Command List()
    {
        var command = new Command("ls", "List the static names.") { Aliases = { "list" } };
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ConnectionOptions.Connect(parse);
            var names = await client.GetAsync<StaticNameInfo[]>("names", cancellationToken);
            if (parse.GetValue(ConnectionOptions.Json))
            {
                Show.Json(names);
                return ExitCodes.Success;
            }

            var table = new Table().Border(TableBorder.None).AddColumns(Translation.Text("NAME"), Translation.Text("TARGET"), "TTL");
            foreach (var name in names)
                table.AddRow($"[bold]{Show.Safe(name.Name)}[/]", Show.Safe(name.AliasOf ?? string.Join(", ", name.Addresses ?? [])), $"{name.Ttl}");

            AnsiConsole.Write(table);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Remove()
    {
        var name = NameArguments.OfStaticName();
        var command = new Command("rm", "Remove a static name.") { name };
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ConnectionOptions.Connect(parse);
            var gone = parse.GetRequiredValue(name);
            await client.SendAsync(HttpMethod.Delete, $"names/{Uri.EscapeDataString(gone)}", cancellationToken);
            if (parse.GetValue(ConnectionOptions.Json))
            {
                Show.JsonLine(new JsonObject { ["name"] = gone, ["removed"] = true });
            }
            else
            {
                Show.Line($"{Show.Safe(gone)} removed");
            }

            return ExitCodes.Success;
        });
        return command;
    }
}
