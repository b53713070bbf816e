using System.Text.RegularExpressions;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Agent.Engine;

/// <summary>Each test that docs/engines.md names is there.</summary>
public partial class EnginesPageTests
{
    [Fact]
    public void Each_test_that_the_page_names_exists()
    {
        var tests = typeof(EnginesPageTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Select(method => method.Name).ToHashSet(StringComparer.Ordinal);
        var named = TestName().Matches(File.ReadAllText(Path.Combine(Documents.Root(), "docs", "engines.md"))).Select(match => match.Groups[1].Value).ToArray();
        named.Should().HaveCountGreaterThan(10).And.OnlyContain(name => tests.Contains(name));
    }

    [GeneratedRegex("`([A-Z][A-Za-z0-9]+(?:_[A-Za-z0-9]+){3,})`")]
    private static partial Regex TestName();
}
