using HomeCloud.Lab.Setting;

namespace HomeCloud.Tests.Lab;

public sealed class LabOptionsTests
{
    [Fact]
    public void Defaults_are_valid() => new LabOptions().Invoking(o => o.Validate()).Should().NotThrow();

    [Fact]
    public void An_unknown_engine_is_named_with_the_known_ones() =>
        new LabOptions { Engine = "docker-3" }.Invoking(o => o.Validate()).Should().Throw<LabException>().WithMessage("*docker-3*docker-28*podman-5*");

    [Theory]
    [InlineData("", 1, LabShape.Embedded, "--name")]
    [InlineData("Has Spaces", 1, LabShape.Embedded, "--name")]
    [InlineData("a/../b", 1, LabShape.Embedded, "--name")]
    [InlineData("a-name-that-is-far-too-long", 1, LabShape.Embedded, "--name")]
    [InlineData("x", 0, LabShape.Redis, "--servers")]
    [InlineData("x", 5, LabShape.Redis, "--servers")]
    [InlineData("x", 2, LabShape.Embedded, "--redis")]
    public void Unusable_options_are_named(string id, int servers, LabShape shape, string named) =>
        new LabOptions { Id = id, Servers = servers, Shape = shape }
            .Invoking(o => o.Validate()).Should().Throw<LabException>().WithMessage($"*{named}*");
}
