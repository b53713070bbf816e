using System.Text.RegularExpressions;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Web;
using HomeCloud.Lab.Setting;
using HomeCloud.Tests.Lab;

namespace HomeCloud.Tests.Docs;

/// <summary>What the code lists, the documents list too.</summary>
public sealed partial class DocumentedListsTests
{
    [Fact]
    public void The_API_page_has_every_problem_code_at_its_status()
    {
        var documented =
            from line in Page("api.md")
            let status = Status().Match(line)
            where status.Success
            from Match code in Code().Matches(line)
            select $"{status.Groups[1].Value} {code.Groups[1].Value}";

        var codes = Enum.GetValues<ProblemCode>().Select(code => $"{Problems.Status(code)} {Camel(code)}");

        documented.Where(row => !row.EndsWith(" Host", StringComparison.Ordinal)).Should().BeEquivalentTo(codes);
    }

    [Fact]
    public void Every_engine_of_the_lab_is_on_its_page_and_has_scenarios()
    {
        var collections = typeof(DocumentedListsTests).Assembly.GetTypes()
            .SelectMany(type => type.CustomAttributes.Where(attribute => attribute.AttributeType == typeof(CollectionAttribute)))
            .Select(attribute => attribute.ConstructorArguments[0].Value as string).ToHashSet();
        var page = Page("lab.md").ToList();

        foreach (var engine in EngineChoice.All)
        {
            page.Should().Contain(line => line.StartsWith($"| `{engine.Name}` |", StringComparison.Ordinal));
            if (engine != EngineChoice.Own)
                collections.Should().Contain("the lab, " + engine.Name, nameof(LabCollections));
        }
    }

    private static IEnumerable<string> Page(string name) => File.ReadLines(Path.Combine(Documents.Root(), "docs", name));

    private static string Camel(ProblemCode code) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(code.ToString());

    [GeneratedRegex(@"^\| ([45]\d\d) \|")]
    private static partial Regex Status();

    [GeneratedRegex("`(\\w+)`")]
    private static partial Regex Code();
}
