using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>What docs/router.md tells resolvers that validate, word by word, with our address in a test.</summary>
internal static class RouterRecipes
{
    /// <summary>The blocks below a resolver's heading.</summary>
    public static string[] Of(string resolver)
    {
        var lines = Section($"### {resolver}");
        return [.. Documents.Blocks("docs/router.md", lines).Select(block => WithAddress(string.Join('\n', block.Lines)))];
    }

    /// <summary>Its line for a name under a public domain.</summary>
    public static string LineOfOwnName(string resolver)
    {
        var row = Section("### Names under a signed domain").SingleOrDefault(line => line.StartsWith($"| {resolver} |", StringComparison.Ordinal));
        row.Should().NotBeNull($"docs/router.md has a line for {resolver}");
        return WithAddress(row!.Split('`')[1]);
    }

    private static string[] Section(string heading)
    {
        var lines = File.ReadAllLines(Path.Combine(Documents.Root(), "docs", "router.md"));
        var from = Array.IndexOf(lines, heading) + 1;
        from.Should().BePositive($"docs/router.md has the heading {heading}");
        var until = Array.FindIndex(lines, from, line => line.StartsWith('#'));
        return lines[from..until];
    }

    private static string WithAddress(string text) => text.Replace("192.168.1.53", "127.0.0.1", StringComparison.Ordinal);
}
