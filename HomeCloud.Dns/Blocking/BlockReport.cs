using System.Globalization;
using HomeCloud.Dns.Blocking.Groups;
using HomeCloud.Dns.Blocking.Lists;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Blocking;

/// <summary>What a person is told about lists and names.</summary>
internal static class BlockReport
{
    private const int MaxLine = 4096;

    public static BlockState Lists(BlockKeeper keeper, DateTimeOffset now) => new(
        [.. keeper.Lists.Select(list => new BlockListState(list.Name, list.Source, list.Current?.Table.Blocked, list.Current?.Hits.Count ?? 0, list.Current?.Fetched, list.Problem))],
        keeper.Own.Names(allowed: false),
        keeper.Own.Names(allowed: true),
        keeper.Own.Hits.Count,
        [.. keeper.Pauses.Running().Select(pause => new BlockPause(pause.Device == BlockPauses.Everybody ? null : pause.Device, now + pause.Left))],
        keeper.Groups.Count <= 1 ? [] : [.. keeper.Groups.Select(group => new BlockGroupState(group.Name, [.. group.Members.Select(member => member.Text)], Counting(keeper.RulesOf(group.Name))))]);

    public static void WriteLists(TextWriter output, BlockState state)
    {
        if (state.Lists.Count == 0)
            output.WriteLine("no block list is in use: name one with --block NAME=SOURCE");
        foreach (var list in state.Lists)
        {
            output.WriteLine($"{list.Name}: {(list.Names is null ? "not in use" : $"{list.Names} names, blocked {list.Hits} answers, from {Time(list.Fetched!.Value)}")}, {list.Source}");
            if (list.Problem is { } problem)
                output.WriteLine($"{list.Name}: last look refused: {problem}");
        }

        if (state.Blocked.Count > 0)
            output.WriteLine($"{OwnRules.ListName}: blocked by hand, {state.Hits} answers: {string.Join(' ', state.Blocked)}");
        if (state.Allowed.Count > 0)
            output.WriteLine($"{OwnRules.ListName}: allowed by hand: {string.Join(' ', state.Allowed)}");
        foreach (var group in state.Groups)
            output.WriteLine($"group {group.Name}{(group.Devices.Count > 0 ? $" ({string.Join(' ', group.Devices)})" : "")}: {(group.Lists.Count > 0 ? string.Join(' ', group.Lists) : "no list counts now")}");
        foreach (var pause in state.Pauses)
            output.WriteLine($"paused for {pause.Device ?? "all devices"} until {Time(pause.Until)}");
    }

    /// <param name="keeper">Has the lists' texts.</param>
    /// <param name="rules">In force; null: none.</param>
    /// <param name="name">Folded.</param>
    /// <param name="engine">The safe search engine that the name leads to where safe search counts; null for other names.</param>
    public static BlockVerdictState Test(BlockKeeper keeper, BlockRules? rules, byte[] name, string? engine = null)
    {
        var text = DnsName.ToText(name);
        if (rules is null)
            return BlockVerdictState.NotBlocked(text, keeper.Pauses.Running().Count > 0 ? (Phrase)"blocking is paused" : keeper.Groups.Count > 1 ? "no block list counts for the device now" : "no block list is in use");
        rules.Decide(name, out var verdict);
        if (engine is not null && rules.HasSafeSearch && verdict.Outcome != BlockOutcome.Blocked && !verdict.IsAllowedByPerson)
            return BlockVerdictState.NotBlocked(text, rules.Group is { } one ? (Phrase)$"{BlockGroup.SafeSearch} of group {one} leads it to {engine}" : $"{BlockGroup.SafeSearch} leads it to {engine}") with { List = BlockGroup.SafeSearch, Group = rules.Group };
        Phrase why = verdict.Outcome switch
        {
            BlockOutcome.Blocked when verdict.List!.Name == OwnRules.ListName => "it is blocked by hand",
            BlockOutcome.Blocked when rules.Group is { } group => (Phrase)$"it is blocked by list {verdict.List!.Name} for group {group}",
            BlockOutcome.Blocked => (Phrase)$"it is blocked by list {verdict.List!.Name}",
            BlockOutcome.Passed => (Phrase)$"list {verdict.List!.Name} lets it pass",
            BlockOutcome.Allowed when verdict.List!.Name == BlockRules.Allowed => "--allow names it",
            BlockOutcome.Allowed when verdict.List!.Name == OwnRules.ListName => "it is allowed by hand",
            BlockOutcome.Allowed => (Phrase)$"list {verdict.List!.Name} has an exception for it",
            _ => (Phrase)$"it is in none of {rules.Lists.Count(list => list.Name != BlockRules.Allowed)} lists",
        };
        var (number, line) = verdict.List is { } by ? Line(keeper, by.Name, name.AsSpan(verdict.Above)) : default;
        return new BlockVerdictState(
            text,
            verdict.Outcome == BlockOutcome.Blocked,
            why,
            verdict.List?.Name,
            verdict.List is null ? null : RuleText(name, verdict),
            number,
            line,
            [.. rules.Lists.Where(list => list.Hits != verdict.List && new BlockRules([list]).IsBlocked(name, out _)).Select(list => list.Name)],
            rules.Group);
    }

    public static void WriteTest(TextWriter output, BlockVerdictState state)
    {
        output.WriteLine(state.IsBlocked ? $"{state.Name} is blocked{state.Reason["it is blocked".Length..]}" : $"{state.Name} is not blocked: {state.Reason}");
        if (state.Rule is not null)
            output.WriteLine($"rule: {state.Rule}{(state.LineNumber is { } number ? $", line {number.ToString(CultureInfo.InvariantCulture)} of the list: {state.Line}" : "")}");
        foreach (var other in state.AlsoIn)
            output.WriteLine($"also in list {other}");
    }

    private static List<string> Counting(BlockRules? rules) => rules is null ? []
        : [.. rules.Lists.Where(list => list.Name != BlockRules.Allowed).Select(list => list.Name), .. rules.HasSafeSearch ? [BlockGroup.SafeSearch] : (string[])[]];

    private static string RuleText(byte[] name, in BlockVerdict verdict) =>
        DnsName.ToText(name.AsSpan(verdict.Above)) + (verdict.IsBelow ? " and all below it" : "");

    // The line of the text that the rules were made of, as far as it is still there.
    private static (int? Number, string? Line) Line(BlockKeeper keeper, string by, ReadOnlySpan<byte> name)
    {
        if (keeper.Lists.FirstOrDefault(list => list.Name == by) is not { } list)
            return default;
        try
        {
            using var stream = File.OpenRead(list.Text);
            var number = ListReader.FindLine(stream, BlockHash.OfName(name));
            if (number == 0)
                return default;
            var line = File.ReadLines(list.Text).ElementAtOrDefault(number - 1) ?? "";
            return (number, new string([.. line.Take(MaxLine).Where(letter => !char.IsControl(letter))]).Trim());
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
