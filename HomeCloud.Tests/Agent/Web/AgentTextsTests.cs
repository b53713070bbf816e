using HomeCloud.Net.Localization;
using HomeCloud.Tests.Docs;
using HomeCloud.Tests.Net.Localization;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>The agent's texts in other languages: none is missing, none is left over.</summary>
public sealed class AgentTextsTests
{
    private static readonly Lazy<PhraseSources> Sources = new(() => PhraseSources.Of("HomeCloud.Agent", "homecloud-agent"));

    [Fact(Timeout = 120_000)]
    public async Task Every_text_for_a_person_has_Japanese_and_nothing_else_has()
    {
        await Task.Yield();
        await using var file = File.OpenRead(Path.Combine(Documents.Root(), "HomeCloud.Agent/Texts/ja.json"));
        var catalogue = Catalogue.Read("ja", file);
        CatalogueHoles.Wrong(catalogue).Should().BeEmpty();
        var known = catalogue.Texts.Keys.ToList();
        var wanted = Sources.Value.Templates.Where(PhraseSources.HasWords).ToList();
        wanted.Should().HaveCountGreaterThan(200);
        string.Join("\n", wanted.Except(known)).Should().BeEmpty("each needs its line in HomeCloud.Agent/Texts/ja.json");
        string.Join("\n", known.Except(wanted)).Should().BeEmpty("no source says it any more");
    }

    [Fact(Timeout = 120_000)]
    public async Task No_text_loses_its_template_before_it_is_a_phrase()
    {
        await Task.Yield();
        Sources.Value.Lost.Should().BeEmpty();
    }
}
