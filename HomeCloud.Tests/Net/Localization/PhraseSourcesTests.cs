namespace HomeCloud.Tests.Net.Localization;

/// <summary>What the tests of missing texts rely on.</summary>
public sealed class PhraseSourcesTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("""Phrase a = $"The name {name} is taken.";""", "The name {0} is taken.")]
    [InlineData("""Say("One {".ToString() + name, $"{{two}} {1.5:0.0}");""", "{{two}} {0:0.0}")]
    [InlineData("""Say(name, flag ? "yes" : "no");""", "yes", "no")]
    [InlineData("""Say(name, flag ? (Phrase)$"a {name}" : $"b {name}");""", "a {0}", "b {0}")]
    [InlineData("""Phrase? c = name switch { "x" => "as x", _ => null };""", "as x")]
    [InlineData("""var text = flag ? "first" : "second"; Say(name, text);""", "first", "second")]
    public async Task Finds_every_template(string code, params string[] templates)
    {
        await Task.Yield();
        var sources = Read(code);
        sources.Templates.Should().BeEquivalentTo(templates);
        sources.Lost.Should().BeEmpty();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("""Say(name, flag ? $"a {name}" : $"b {name}");""")]
    [InlineData("""Say(name, flag ? "a" : $"b {name}");""")]
    [InlineData("""Phrase c = "a " + name;""")]
    [InlineData("""var text = $"a {name}"; Say(name, text);""")]
    public async Task Finds_what_has_lost_its_template(string code)
    {
        await Task.Yield();
        Read(code).Lost.Should().NotBeEmpty();
    }

    private static PhraseSources Read(string code) => new(
        "some",
        [("Some.cs", $$"""using HomeCloud.Net.Localization; class Some { void Say(string name, Phrase text) { } void Run(string name, bool flag) { {{code}} } }""")]);
}
