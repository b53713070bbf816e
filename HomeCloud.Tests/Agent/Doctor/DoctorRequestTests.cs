using System.Text.Json;
using HomeCloud.Agent.Doctor;
using HomeCloud.Agent.Hosting;
using HomeCloud.Net.Options;

namespace HomeCloud.Tests.Agent.Doctor;

public sealed class DoctorRequestTests
{
    [Fact]
    public void Shared_addresses_and_peers_come_from_options_and_from_the_environment()
    {
        var request = new DoctorRequest();
        var variables = new Dictionary<string, string> { ["HOMECLOUD_SHARED_ADDRESS"] = "192.168.1.53,fd00::53", ["HOMECLOUD_PEER_DNS"] = "192.168.1.3" };
        var typed = new OptionLayer("", new Dictionary<string, IReadOnlyList<string>> { ["peer-dns"] = ["192.168.1.4:5300"] }, []);

        OptionReader.Read(DoctorRequest.Rows, request, r => r.Validate(), typed, EnvironmentLayer.Read(variables, DoctorRequest.SharedRows)).Should().BeEmpty();

        request.Options.SharedAddresses.Select(address => address.ToString()).Should().Equal("192.168.1.53:53", "[fd00::53]:53");
        request.Options.PeerDns.Select(address => address.ToString()).Should().Equal("192.168.1.4:5300");
    }

    [Theory]
    [InlineData("doctor --shared-address cloud", "--shared-address 'cloud' is not a valid address")]
    [InlineData("doctor --dns cloud", "--dns 'cloud' is not a valid address")]
    [InlineData("doctor --only clokc", "names no check: did you mean 'clock'?")]
    [InlineData("doctor --redis-ca-file /nowhere.pem", "--redis-ca-file '/nowhere.pem' does not exist")]
    [InlineData("doctor --jsno", "unknown option '--jsno'.\nDid you mean --json?")]
    [InlineData("network create --rnage 192.168.1.64/27", "unknown option '--rnage'.\nDid you mean --range?")]
    [InlineData("network create --range cloud", "--range 'cloud' is not a valid network")]
    [InlineData("network crate", "unknown command 'crate'.\nDid you mean create?")]
    [InlineData("network", "a command is missing behind 'homecloud network'.\nOne of: create.")]
    public async Task What_is_wrong_is_said_in_two_lines_with_the_fix(string typed, string says)
    {
        var said = new StringWriter();

        (await ToolCommands.RunAsync(typed.Split(' '), Console(TextWriter.Null, said))).Should().Be(2);

        said.ToString().Should().StartWith("homecloud: ").And.Contain(says);
        said.ToString().TrimEnd('\n').Split('\n').Should().HaveCount(2);
    }

    [Fact]
    public async Task In_JSON_an_error_is_one_document()
    {
        var output = new StringWriter();

        (await ToolCommands.RunAsync(["doctor", "--json", "--onyl", "clock"], Console(output, TextWriter.Null))).Should().Be(2);

        var error = JsonDocument.Parse(output.ToString()).RootElement.GetProperty("error");
        error.GetProperty("exitCode").GetInt32().Should().Be(2);
        error.GetProperty("message").GetString().Should().Be("unknown option '--onyl'.");
        error.GetProperty("fix").GetString().Should().Contain("--only");
    }

    [Fact]
    public async Task A_variable_that_is_wrong_is_named()
    {
        var said = new StringWriter();
        var console = Console(TextWriter.Null, said) with { Variables = new Dictionary<string, string> { ["HOMECLOUD_PEER_DNS"] = "other" } };

        (await ToolCommands.RunAsync(["doctor", "--list"], console)).Should().Be(2);

        said.ToString().Should().Contain("--peer-dns 'other' (from environment) is not a valid address");
    }

    [Fact]
    public async Task The_checks_are_listed_also_as_JSON()
    {
        var (text, json) = (new StringWriter(), new StringWriter());

        (await ToolCommands.RunAsync(["doctor", "--list"], Console(text, TextWriter.Null))).Should().Be(0);
        (await ToolCommands.RunAsync(["doctor", "--list", "--json"], Console(json, TextWriter.Null))).Should().Be(0);

        text.ToString().Should().Contain("rebind");
        JsonDocument.Parse(json.ToString()).RootElement.EnumerateArray().Select(check => check.GetProperty("id").GetString()).Should().Contain("rebind");
    }

    [Fact]
    public async Task The_checks_are_listed_in_the_language_of_the_locale_and_for_scripts_in_English()
    {
        var (text, json) = (new StringWriter(), new StringWriter());
        var variables = new Dictionary<string, string> { ["LANG"] = "ja_JP.UTF-8" };

        (await ToolCommands.RunAsync(["doctor", "--list"], Console(text, TextWriter.Null) with { Variables = variables })).Should().Be(0);
        (await ToolCommands.RunAsync(["doctor", "--list", "--json"], Console(json, TextWriter.Null) with { Variables = variables })).Should().Be(0);

        text.ToString().Should().MatchRegex("rebind +DNS リバインド保護");
        json.ToString().Should().Contain("rebind protection");
    }

    private static ToolConsole Console(TextWriter output, TextWriter error) => new(new Dictionary<string, string>(), output, error, () => null);
}
