using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Dns;

/// <summary>The tables of docs/dns.md name the test for each RFC: every one of them must be there, and every scenario must be named.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Types = [.. typeof(DocumentTests).Assembly.GetTypes().Select(type => type.Name)];

    [Fact]
    public void Every_row_names_tests_that_exist()
    {
        var rows = Rows();
        rows.Should().HaveCountGreaterThan(40);
        var missing =
            from row in rows
            from name in row.ShownBy
            where !Exists(name)
            select $"{row.What}: {name}";

        rows.Where(row => row.ShownBy.Length == 0).Should().BeEmpty("each row says which test shows it");
        missing.Should().BeEmpty();
    }

    [Fact]
    public void Every_scenario_is_named_in_a_table()
    {
        var named = Rows().SelectMany(row => row.ShownBy).Select(name => name.Split('/')[^1]).ToHashSet();

        Scenarios().Select(Path.GetFileNameWithoutExtension).Where(scenario => !named.Contains(scenario!)).Should().BeEmpty();
    }

    /// <summary>A scenario file, with or without its folder, or the class of a test that has any.</summary>
    private static bool Exists(string name) =>
        name.EndsWith("Tests", StringComparison.Ordinal) || name.EndsWith("Properties", StringComparison.Ordinal)
            ? Types.Contains(name)
            : Scenarios().Any(path => path.EndsWith($"/{name}.scenario", StringComparison.Ordinal));

    private static IEnumerable<string> Scenarios([CallerFilePath] string here = "") =>
        Directory.EnumerateFiles(Path.Combine(Path.GetDirectoryName(here)!, "Scenarios"), "*.scenario", SearchOption.AllDirectories);

    // | what | how | shown by |, headings and rulers left out. "Authoritative/a, b" means b in any folder.
    private static List<(string What, string[] ShownBy)> Rows() =>
    [
        .. File.ReadLines(Path.Combine(Documents.Root(), "docs", "dns.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !Ruler().IsMatch(line))
            .Select(line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells[0] != "RFC")
            .Select(cells => (cells[0], cells[^1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))),
    ];

    [GeneratedRegex(@"^\|[\s|-]+$")]
    private static partial Regex Ruler();
}
