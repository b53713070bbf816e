using System.Text.RegularExpressions;
using HomeCloud.Agent.Hosting;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Net.Options;

namespace HomeCloud.Tests.Docs;

/// <summary>Tables of options in the documents hold what the rows of the options classes say.</summary>
public sealed partial class OptionTablesTests
{
    /// <summary>Read before there are rows.</summary>
    private static readonly OptionRow[] Early =
        [new OptionRow<AgentOptions>("config", "FILE", "JSON file with any of these options.", (_, _) => null) { Short = 'c' }];

    [Fact]
    public void The_options_page_has_every_option()
    {
        var common = DnsServerOptions.Rows.Select(row => row.Name).ToHashSet();
        string[] expected =
        [
            .. AgentOptions.Rows.Where(row => !common.Contains(row.Name)).Select(Line),
            .. Early.Concat(DnsServerOptions.Rows).Select(Line),
        ];

        Lines("docs/options.md").Should().Equal(expected, "docs/options.md needs these lines:\n{0}\n", string.Join('\n', expected));
    }

    [Fact]
    public void The_common_options_of_the_README_are_lines_of_that_page()
    {
        var lines = Lines("README.md").ToList();

        lines.Should().HaveCountGreaterThan(10).And.BeSubsetOf(Lines("docs/options.md"));
    }

    [Fact]
    public void Options_in_other_tables_exist()
    {
        var known = Early.Concat(AgentOptions.Rows).Select(row => row.Name).ToHashSet();

        var named = File.ReadLines(Path.Combine(Documents.Root(), "docs", "registry.md")).Select(line => OptionCell().Match(line)).Where(match => match.Success);

        named.Select(match => match.Groups["name"].Value).Should().HaveCountGreaterThan(5).And.BeSubsetOf(known);
    }

    private static string Line(OptionRow row)
    {
        var placeholder = row.Placeholder is { } text ? " " + text.Replace("|", "\\|", StringComparison.Ordinal) : "";
        var parts = row.Description.TrimEnd('.').Split(" Default: ");
        return $"| `{(row.Short is { } letter ? $"-{letter}, " : "")}--{row.Name}{placeholder}` | {parts[0].TrimEnd('.')}{(row.Repeatable && !parts[0].Contains("repeatable", StringComparison.Ordinal) ? "; repeatable" : "")} | {(parts is [_, var value] ? value : "")} |".Replace("|  |", "| |", StringComparison.Ordinal);
    }

    private static IEnumerable<string> Lines(string page) =>
        File.ReadLines(Path.Combine(Documents.Root(), page)).Where(line => OptionCell().IsMatch(line));

    [GeneratedRegex("^\\| `(-\\w, )?--(?<name>[a-z-]+)[^`]*` \\|")]
    private static partial Regex OptionCell();
}
