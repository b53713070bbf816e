using HomeCloud.Registry;
using HomeCloud.Registry.Composition;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HomeCloud.Tests.Registry;

public class RegistryOptionsTests
{
    [Fact]
    public void The_defaults_are_valid()
    {
        new RegistryOptions().Validate().Should().BeEmpty();
        new RegistryOptions { Redis = "redis.lan,10.0.0.2:6380,[fd00::1]:6379" }.Validate().Should().BeEmpty();
    }

    [Theory]
    [InlineData("host:0")]
    [InlineData("host:70000")]
    [InlineData("host:port")]
    [InlineData("a,,b")]
    [InlineData("a b")]
    public void A_bad_endpoint_is_named(string redis) =>
        new RegistryOptions { Redis = redis }.Validate().Should().ContainSingle().Which.Should().Contain("--redis").And.Contain(redis);

    [Fact]
    public void Every_problem_names_its_option()
    {
        Problem(new() { DataDirectory = " " }, "--data-dir");
        Problem(new() { DropAfter = TimeSpan.Zero }, "--drop-after");
        Problem(new() { Redis = "h", RedisPrefix = "{x}" }, "--redis-prefix");
        Problem(new() { Redis = "h", RedisPasswordFile = "/nowhere/password" }, "/nowhere/password");
        Problem(new() { Redis = "h", RedisTls = true, RedisCaFile = "/nowhere/ca.pem" }, "/nowhere/ca.pem");
        Problem(new() { Redis = "h", RedisPassword = "a", RedisPasswordFile = "/etc/hostname" }, "both");
        Problem(new() { RedisTls = true }, "--redis HOST:PORT");
    }

    [Fact]
    public void Wrong_options_stop_the_composition()
    {
        var add = () => new ServiceCollection().AddHomeCloudRegistry(new RegistryOptions { Redis = "host:0" });
        add.Should().Throw<OptionsValidationException>().WithMessage("*--redis*");
    }

    private static void Problem(RegistryOptions options, string expected) =>
        options.Validate().Should().ContainSingle().Which.Should().Contain(expected);
}
