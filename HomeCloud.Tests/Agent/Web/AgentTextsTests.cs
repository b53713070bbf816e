using System.CommandLine;
using HomeCloud.Agent.Hosting;
using HomeCloud.Net.Localization;
using HomeCloud.Tests.Cli;
using HomeCloud.Tests.Docs;
using HomeCloud.Tests.Net.Localization;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>The agent's texts in other languages, and those of the DNS server that it shows: none is missing, none is left over.</summary>
public sealed class AgentTextsTests
{
    /// <summary>What homecloud-dns says on a terminal stays English.</summary>
    private const string OfDnsCommands = "HomeCloud.Dns/Hosting/Control/ControlClient.cs";

    private static readonly Lazy<PhraseSources[]> Sources = new(() =>
    [
        PhraseSources.Of("HomeCloud.Agent", "homecloud-agent"), PhraseSources.Of("HomeCloud.Dns", "homecloud-dns", file => file != OfDnsCommands), PhraseSources.Of("HomeCloud.Net", "HomeCloud.Net"),
    ]);

    [Fact(Timeout = 120_000)]
    public async Task Every_text_for_a_person_has_Japanese_and_nothing_else_has()
    {
        await Task.Yield();
        await using var file = File.OpenRead(Path.Combine(Documents.Root(), "HomeCloud.Agent/Texts/ja.json"));
        var catalogue = Catalogue.Read("ja", file);
        CatalogueHoles.Wrong(catalogue).Should().BeEmpty();
        var known = catalogue.Texts.Keys.ToList();
        var wanted = Sources.Value.SelectMany(source => source.Templates).Where(PhraseSources.HasWords).Concat(CliTextsTests.Described(Tools("en"))).Concat(CliTextsTests.OfTheLibrary.Except(["Show version information"])).Distinct().ToList();
        wanted.Should().HaveCountGreaterThan(200);
        string.Join("\n", wanted.Except(known)).Should().BeEmpty("each needs its line in HomeCloud.Agent/Texts/ja.json");
        string.Join("\n", known.Except(wanted)).Should().BeEmpty("no source says it any more");
    }

    [Fact(Timeout = 120_000)]
    public async Task No_text_loses_its_template_before_it_is_a_phrase()
    {
        await Task.Yield();
        Sources.Value.SelectMany(source => source.Lost).Should().BeEmpty();
    }

    [Theory(Timeout = 120_000)]
    [InlineData("doctor")]
    [InlineData("network", "create")]
    [InlineData("backup")]
    [InlineData("restore")]
    public async Task The_help_of_a_tool_is_Japanese(params string[] command)
    {
        await using var help = new StringWriter();
        var console = new ToolConsole(new Dictionary<string, string> { ["LANG"] = "ja_JP.UTF-8" }, help, TextWriter.Null, () => null);

        (await ToolCommands.RunAsync([.. command, "--help"], console)).Should().Be(0);

        help.ToString().Should().StartWith("説明:\n").And.Contain("使い方:\n  homecloud " + string.Join(' ', command));
        CliTextsTests.Described(Tools("en")).Where(text => help.ToString().Contains(text, StringComparison.Ordinal)).Should().BeEmpty();
    }

    private static Command Tools(string language) => ToolCommands.Create(new ToolConsole(new Dictionary<string, string> { ["HOMECLOUD_LANG"] = language }, TextWriter.Null, TextWriter.Null, () => null));
}
