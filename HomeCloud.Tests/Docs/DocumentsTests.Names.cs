using System.Text.RegularExpressions;

namespace HomeCloud.Tests.Docs;

/// <summary>What the documents name is there under that name: files, tests, other pages.</summary>
public sealed partial class DocumentsTests
{
    private const string ReadingOrder = "docs/README.md";

    [Fact]
    public void Every_file_that_a_page_names_is_there()
    {
        var named = Found(Code()).Where(found => RepositoryPath.IsMeant(found.Text)).ToList();

        named.Should().HaveCountGreaterThan(100);
        named.Where(found => !RepositoryPath.Exists(found.Text)).Select(found => $"{found.Where}: {found.Text}").Should().BeEmpty();
    }

    [Fact]
    public void Every_test_that_a_page_names_is_there()
    {
        var tests = typeof(DocumentsTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Select(method => $"{type.Name}.{method.Name}").Append(type.Name)).ToHashSet(StringComparer.Ordinal);

        var missing = Found(Test()).Where(found => !tests.Contains(found.Text)).Select(found => $"{found.Where}: {found.Text}");

        missing.Should().BeEmpty();
    }

    [Fact]
    public void Every_link_leads_to_a_page_and_a_heading_of_it()
    {
        var broken =
            from found in Found(Link())
            where !found.Text.Contains("://", StringComparison.Ordinal)
            let parts = found.Text.Split('#')
            let target = parts[0].Length == 0 ? Path.Combine(Documents.Root(), found.Page) : Target(found.Page, parts[0])
            where !Path.Exists(target) || (parts.Length > 1 && !Anchors(target).Contains(parts[1]))
            select $"{found.Where}: {found.Text}";

        broken.Should().BeEmpty();
    }

    [Fact]
    public void The_reading_order_has_every_page_once_and_the_first_pages_lead_to_it()
    {
        var ordered = Links(ReadingOrder).Where(path => path.StartsWith("docs/", StringComparison.Ordinal) && path.EndsWith(".md", StringComparison.Ordinal));
        var pages = Documents.Files().Where(file => file.StartsWith("docs/", StringComparison.Ordinal) && file != ReadingOrder);

        ordered.Should().BeEquivalentTo(pages);
        Links("README.md").Should().Contain(ReadingOrder);
        Links("docs/architecture.md").Should().Contain(ReadingOrder);
    }

    private static IEnumerable<string> Links(string page) => Found(Link())
        .Where(found => found.Page == page && !found.Text.Contains("://", StringComparison.Ordinal))
        .Select(found => Path.GetRelativePath(Documents.Root(), Target(page, found.Text.Split('#')[0])));

    private static string Target(string page, string link) => Path.GetFullPath(Path.Combine(Documents.Root(), Path.GetDirectoryName(page)!, link));

    private static IEnumerable<(string Page, string Where, string Text)> Found(Regex pattern)
    {
        foreach (var page in RepositoryPath.Pages())
        {
            var lines = File.ReadAllLines(Path.Combine(Documents.Root(), page));
            for (var i = 0; i < lines.Length; i++)
            {
                foreach (Match match in pattern.Matches(lines[i]))
                    yield return (page, $"{page}:{i + 1}", match.Groups[1].Value);
            }
        }
    }

    /// <summary>As web pages of repositories make them of headings.</summary>
    private static IEnumerable<string> Anchors(string page) => File.ReadLines(page)
        .Where(line => line.StartsWith('#'))
        .Select(line => NotInAnchors().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"`([A-Z]\w+(?:Tests|Scenarios?|Properties)(?:\.\w+)?)`")]
    private static partial Regex Test();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\s-]")]
    private static partial Regex NotInAnchors();
}
