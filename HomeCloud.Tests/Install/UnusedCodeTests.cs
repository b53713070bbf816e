using System.Reflection;
using System.Xml.Linq;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Install;

/// <summary>What native programs leave out of libraries (install/unused) is named as the libraries of today name it: the compiler skips a wrong name without a word.</summary>
public sealed class UnusedCodeTests
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static TheoryData<string> Files() => [.. Directory.EnumerateFiles(Folder(), "*.xml").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory(Timeout = 20_000)]
    [MemberData(nameof(Files))]
    public async Task Every_method_that_is_left_out_exists(string file)
    {
        using var text = File.OpenText(Path.Combine(Folder(), file));
        var linker = await XElement.LoadAsync(text, LoadOptions.None, CancellationToken.None);

        var assembly = linker.Element("assembly")!;
        assembly.Attribute("fullname")!.Value.Should().Be(Path.GetFileNameWithoutExtension(file));
        var library = Assembly.Load(assembly.Attribute("fullname")!.Value);
        foreach (var type in assembly.Elements("type"))
        {
            var signatures = Signatures(library.GetType(type.Attribute("fullname")!.Value, throwOnError: true)!);
            type.Elements("method").Select(method => method.Attribute("signature")!.Value).Should().NotBeEmpty().And.BeSubsetOf(signatures);
        }
    }

    [Fact]
    public void Every_file_is_read_by_a_program()
    {
        var projects = string.Concat(Directory.EnumerateFiles(Documents.Root(), "HomeCloud.*.csproj", SearchOption.AllDirectories).Select(File.ReadAllText));

        Files().Should().OnlyContain(row => projects.Contains("install/unused/" + row[0], StringComparison.Ordinal));
    }

    private static string Folder() => Path.Combine(Documents.Root(), "install", "unused");

    private static string[] Signatures(Type type) =>
        [.. type.GetConstructors(All).Select(method => Signature(method, typeof(void))), .. type.GetMethods(All).Select(method => Signature(method, method.ReturnType))];

    private static string Signature(MethodBase method, Type returned) =>
        $"{NameOf(returned)} {method.Name}({string.Join(',', method.GetParameters().Select(parameter => NameOf(parameter.ParameterType)))})";

    private static string NameOf(Type type) => type.IsGenericType
        ? $"{type.GetGenericTypeDefinition().FullName}<{string.Join(',', type.GetGenericArguments().Select(NameOf))}>"
        : type.FullName ?? type.Name;
}
