using System.Globalization;
using HomeCloud.Dns.Blocking.Lists;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Blocking;

/// <summary>What a person is told about lists and names.</summary>
internal static class BlockReport
{
    private const int MaxLine = 4096;

    public static void WriteLists(TextWriter output, BlockKeeper keeper)
    {
        if (keeper.Lists.Count == 0)
            output.WriteLine("no block list is in use: name one with --block NAME=SOURCE");
        foreach (var list in keeper.Lists)
        {
            var state = list.Current is { } current
                ? $"{current.Table.Blocked} names, blocked {current.Hits.Count} answers, from {Time(current.Fetched)}"
                : "not in use";
            output.WriteLine($"{list.Name}: {state}, {list.Source}");
            if (list.Problem is { } problem)
                output.WriteLine($"{list.Name}: last look refused: {problem}");
        }
    }

    /// <param name="output">Receives the lines.</param>
    /// <param name="keeper">Has the lists' texts.</param>
    /// <param name="rules">In force; null: none.</param>
    /// <param name="name">Folded.</param>
    public static void WriteTest(TextWriter output, BlockKeeper keeper, BlockRules? rules, byte[] name)
    {
        var text = DnsName.ToText(name);
        if (rules is null)
        {
            output.WriteLine($"{text} is not blocked: no block list is in use");
            return;
        }

        rules.Decide(name, out var verdict);
        output.WriteLine(verdict.Outcome switch
        {
            BlockOutcome.Blocked => $"{text} is blocked by list {verdict.List!.Name}",
            BlockOutcome.Passed => $"{text} is not blocked: list {verdict.List!.Name} lets it pass",
            BlockOutcome.Allowed when verdict.List!.Name == BlockRules.Allowed => $"{text} is not blocked: --allow names it",
            BlockOutcome.Allowed => $"{text} is not blocked: list {verdict.List!.Name} has an exception for it",
            _ => $"{text} is not blocked: it is in none of {rules.Lists.Count(list => list.Name != BlockRules.Allowed)} lists",
        });
        if (verdict.List is { } by)
            output.WriteLine($"rule: {RuleText(name, verdict)}{Line(keeper, by.Name, name.AsSpan(verdict.Above))}");
        foreach (var other in rules.Lists.Where(list => list.Hits != verdict.List && new BlockRules([list]).IsBlocked(name, out _)))
            output.WriteLine($"also in list {other.Name}");
    }

    private static string RuleText(byte[] name, in BlockVerdict verdict) =>
        DnsName.ToText(name.AsSpan(verdict.Above)) + (verdict.IsBelow ? " and all below it" : "");

    // The line of the text that the rules were made of, as far as it is still there.
    private static string Line(BlockKeeper keeper, string by, ReadOnlySpan<byte> name)
    {
        if (keeper.Lists.FirstOrDefault(list => list.Name == by) is not { } list)
            return "";
        try
        {
            using var stream = File.OpenRead(list.Text);
            var number = ListReader.FindLine(stream, BlockHash.OfName(name));
            if (number == 0)
                return "";
            var line = File.ReadLines(list.Text).ElementAtOrDefault(number - 1) ?? "";
            var clean = new string([.. line.Take(MaxLine).Where(letter => !char.IsControl(letter))]).Trim();
            return $", line {number.ToString(CultureInfo.InvariantCulture)} of the list: {clean}";
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
