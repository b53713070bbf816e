using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace HomeCloud.Tests.Architecture;

/// <summary>
/// Reads from the compiled code which types a type uses: base types, members, locals and every token in its
/// method bodies (ECMA-335 §VI.C). Source text would miss names that a namespace resolves by itself.
/// </summary>
internal static class TypeReferences
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>All types that <paramref name="type"/> itself mentions, generic arguments and element types included.</summary>
    public static IReadOnlySet<Type> Of(Type type)
    {
        var found = new HashSet<Type>();
        Add(type.BaseType);
        foreach (var contract in type.GetInterfaces())
            Add(contract);
        foreach (var field in type.GetFields(Declared))
            Add(field.FieldType);
        foreach (var method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)))
        {
            if (method is MethodInfo info)
                Add(info.ReturnType);
            foreach (var parameter in method.GetParameters())
                Add(parameter.ParameterType);
            foreach (var member in MembersInBody(method))
                AddMember(member);
        }

        return found;

        void AddMember(MemberInfo member)
        {
            if (member is Type itself)
                Add(itself);
            Add(member.DeclaringType);
            if (member is MethodInfo { IsGenericMethod: true } generic)
            {
                foreach (var argument in generic.GetGenericArguments())
                    Add(argument);
            }
        }

        void Add(Type? used)
        {
            while (used is { HasElementType: true })
                used = used.GetElementType();
            if (used is null || used.IsGenericParameter || !found.Add(used))
                return;
            if (!used.IsGenericType)
                return;
            foreach (var argument in used.GetGenericArguments())
                Add(argument);
            if (!used.IsGenericTypeDefinition)
                Add(used.GetGenericTypeDefinition());
        }
    }

    /// <summary>The members that a method's body calls, loads or casts to.</summary>
    public static IEnumerable<MemberInfo> MembersInBody(MethodBase method)
    {
        var body = method.GetMethodBody();
        if (body is null)
            yield break;
        foreach (var local in body.LocalVariables)
            yield return local.LocalType;

        var typeArguments = method.DeclaringType is { IsGenericType: true } owner ? owner.GetGenericArguments() : null;
        var methodArguments = method is MethodInfo { IsGenericMethod: true } ? method.GetGenericArguments() : null;
        var code = body.GetILAsByteArray()!;
        for (var at = 0; at < code.Length;)
        {
            short value = code[at++];
            if (value == 0xFE)
                value = (short)(0xFE00 | code[at++]);
            var opCode = OpCodesByValue[value];
            if (opCode.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                yield return method.Module.ResolveMember(BitConverter.ToInt32(code, at), typeArguments, methodArguments)!;

            at += opCode.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    /// <summary>Types a person wrote: compiler-made ones are judged as part of the type around them, generated ones not at all.</summary>
    public static IEnumerable<Type> WrittenTypes(Assembly assembly) => assembly.GetTypes()
        .Where(type => type.Namespace?.StartsWith("HomeCloud", StringComparison.Ordinal) == true || type.IsDefined(typeof(CompilerGeneratedAttribute)))
        .Where(type => LayerNamespace(type)?.StartsWith("HomeCloud", StringComparison.Ordinal) == true);

    /// <summary>The namespace of the outermost type; null for what the compiler puts outside any.</summary>
    public static string? LayerNamespace(Type type)
    {
        while (type.DeclaringType is { } outer)
            type = outer;
        return type.Namespace;
    }
}
