using HomeCloud.Cli.Commands.Servers;

namespace HomeCloud.Tests.Cli;

public sealed class OwnKeysTests
{
    [Theory]
    [InlineData("mo", "mo")]
    [InlineData("anna-2_b", "anna-2_b")]
    [InlineData("", "root")]
    [InlineData("1654", "root")]
    [InlineData("Anna Müller", "root")]
    [InlineData("a-name-that-has-more-than-32-characters", "root")]
    public void Who_has_no_name_that_a_box_can_have_logs_in_as_root(string name, string login) => OwnKeys.LoginOf(name).Should().Be(login);
}
