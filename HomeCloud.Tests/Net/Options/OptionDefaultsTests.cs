using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using HomeCloud.Agent.Hosting;
using HomeCloud.Net.Options;

namespace HomeCloud.Tests.Net.Options;

/// <summary>What the help calls the default changes nothing when it is set.</summary>
public sealed partial class OptionDefaultsTests
{
    /// <summary>Words in the place of a value; and --cookies, whose default follows --cookie-secret.</summary>
    private static readonly string[] NoValues = ["none", "detected", "loopback"];
    private const string Follows = "cookies";

    public static TheoryData<string> WithDefault =>
        [.. AgentOptions.Rows.Where(row => DefaultOf(row) is { Length: > 0 } text && !NoValues.Contains(text) && row.Name != Follows).Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(WithDefault))]
    public void The_default_of_the_help_is_that_of_the_options_class(string name)
    {
        var options = new AgentOptions();
        var row = AgentOptions.Rows.Single(row => row.Name == name);

        row.Apply(options, [DefaultOf(row)]).Should().BeNull();

        Show(options).Should().Be(Show(new AgentOptions()));
    }

    [Fact]
    public void Most_options_are_looked_at() => WithDefault.Should().HaveCountGreaterThan(45);

    private static string DefaultOf(OptionRow row) => DefaultValue().Match(row.Description).Groups[1].Value;

    private static string Show(object? value) => value switch
    {
        null => "null",
        string text => text,
        IDictionary map => string.Join(',', map.Keys.Cast<object>().Select(key => $"{key}={map[key]}")),
        IEnumerable list => string.Join(',', list.Cast<object>().Select(Show)),
        _ when value.GetType().Name.EndsWith("Options", StringComparison.Ordinal) => string.Join('\n', value.GetType()
            .GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => $"{property.Name}: {Show(property.GetValue(value))}")),
        _ => value.ToString()!,
    };

    // One word, or a number that is explained behind a comma.
    [GeneratedRegex(@"Default: (\S+?)(\.|, a .*\.)$")]
    private static partial Regex DefaultValue();
}
