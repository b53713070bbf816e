using HomeCloud.Commands;

namespace HomeCloud.Tests.Cli;

public sealed class JsonRequestTests
{
    [Theory]
    [InlineData("ls --json", true)]
    [InlineData("--json ls", true)]
    [InlineData("ls --json=true", true)]
    [InlineData("ls --json:true", true)]
    [InlineData("ls --json=", true)]
    [InlineData("ls --json=false", false)]
    [InlineData("ls --json false", false)]
    [InlineData("ls --json --json=false", false)]
    [InlineData("ls --jsonl", false)]
    [InlineData("ssh box -- ls --json", false)]
    public void JSON_is_asked_for_in_each_form_of_a_switch(string line, bool isAsked) => JsonRequest.IsIn(line.Split(' ')).Should().Be(isAsked);
}
