using System.Text;

namespace HomeCloud.Tests.Architecture;

/// <summary>The rules are worth only as much as the reader behind them: it must see every way to mention a type.</summary>
public sealed class TypeReferencesTests
{
    [Theory]
    [InlineData(typeof(Exception), "a base type")]
    [InlineData(typeof(IDisposable), "an interface")]
    [InlineData(typeof(Uri), "a field, inside an array")]
    [InlineData(typeof(StringBuilder), "a constructor call in a body")]
    [InlineData(typeof(Math), "a static call in a body")]
    [InlineData(typeof(Version), "a generic argument of a call")]
    [InlineData(typeof(TimeSpan), "a generic argument of a parameter")]
    public void Sees(Type type, string mentionedAs) =>
        TypeReferences.Of(typeof(Sample)).Should().Contain(type, "the sample mentions it as {0}", mentionedAs);

    [Fact]
    public void Does_not_see_what_is_not_mentioned() => TypeReferences.Of(typeof(Sample)).Should().NotContain(typeof(Random));

    private sealed class Sample : Exception, IDisposable
    {
        private readonly Uri[] _field = [];

        public string Body(List<TimeSpan?> parameter) =>
            new StringBuilder().Append(Math.Max(1, parameter.Count)).Append(_field.Length).Append(Array.Empty<Version>().Length).ToString();

        public void Dispose() => GC.KeepAlive(this);
    }
}
