import { Plus, X } from "lucide-react";
import type { CSSProperties } from "react";
import type { ComponentsParam } from "../../shared/node/params.ts";
import type { Component } from "../../shared/testbed/component.ts";
import { ComponentPlot } from "../plot/ComponentPlot.tsx";
import editor from "../plot/components.module.css";
import { nextComponent, readComponents, withComponent } from "../plot/components.ts";
import { labelOrder, usePalette } from "../plot/palette.ts";
import { useSize } from "../plot/useSize.ts";
import { Button } from "../ui/Button.tsx";
import styles from "./controls.module.css";
import { type FieldProps, fieldAttributes, newGesture } from "./field.ts";
import { NumberField } from "./NumberField.tsx";
import { useTyping } from "./useTyping.ts";

/** The Gaussians of a mixture: dragged in the plane, and in the inspector also typed into a table. */
export function ComponentsField(props: FieldProps<ComponentsParam>) {
  const { value, compact, label, onChange } = props;
  const components = readComponents(value);
  const [place, { width }] = useSize<HTMLDivElement>();
  const change = (next: readonly Component[], gesture = newGesture()) => onChange([...next], gesture);
  const height = Math.round(width * (compact ? 0.62 : 0.75));
  return (
    <div ref={place} className={editor.editor} data-testid={fieldAttributes(props)["data-testid"]}>
      {width > 0 && <ComponentPlot {...{ components, width, height }} onChange={change} />}
      {compact ? (
        <div className={styles.field}>
          <span className={styles.label}>{label}</span>
          <span className={`${styles.value} number`}>{components.length}</span>
        </div>
      ) : (
        <ComponentTable {...props} components={components} change={change} />
      )}
    </div>
  );
}

type TableProps = FieldProps<ComponentsParam> & {
  readonly components: readonly Component[];
  readonly change: (components: readonly Component[], gesture?: string) => void;
};

function ComponentTable({ components, change, ...field }: TableProps) {
  return (
    <>
      <div className={editor.table}>
        <span />
        {["Weight", "x", "y", "Spread"].map((name) => (
          <span key={name} className={editor.head}>
            {name}
          </span>
        ))}
        <span className={editor.head}>Label</span>
        <span />
        {components.map((component, index) => (
          <Row
            key={index}
            {...{ component, components, index, field }}
            onChange={(next, gesture) => change(withComponent(components, index, next), gesture)}
            onRemove={() => change(components.filter((_, i) => i !== index))}
          />
        ))}
      </div>
      <Button
        small
        icon={Plus}
        data-testid={`add-component-${field.node}`}
        onClick={() => change([...components, nextComponent(components)])}
      >
        Add component
      </Button>
    </>
  );
}

const shared = { kind: "number", onCard: false, step: 0.05, decimals: 2 } as const;
const columns = {
  weight: { ...shared, default: 1, min: 0.001, about: "Share of the whole, beside the others." },
  x: { ...shared, default: 0, decimals: 1, about: "Middle, to the right." },
  y: { ...shared, default: 0, decimals: 1, about: "Middle, upwards." },
  spread: { ...shared, default: 0.5, min: 0.01, about: "Standard deviation." },
} as const;

interface RowProps {
  readonly component: Component;
  readonly components: readonly Component[];
  readonly index: number;
  readonly field: FieldProps<ComponentsParam>;
  readonly onChange: (change: Partial<Component>, gesture: string) => void;
  readonly onRemove: () => void;
}

function Row({ component, components, index, field, onChange, onRemove }: RowProps) {
  const { weight, mean, std } = component;
  const [x, y] = mean;
  const cell = (name: keyof typeof columns, value: number, changeOf: (typed: number) => Partial<Component>) => (
    <NumberField
      node={field.node}
      name={`${field.name}.${index}.${name}`}
      label={`Component ${index + 1}: ${name}`}
      param={columns[name]}
      compact={false}
      value={value}
      onChange={(typed, gesture) => typeof typed === "number" && onChange(changeOf(typed), gesture)}
    />
  );
  return (
    <>
      <span className={`${editor.number} number`}>{index + 1}</span>
      {cell("weight", weight, (typed) => ({ weight: typed }))}
      {cell("x", x, (typed) => ({ mean: [typed, y] }))}
      {cell("y", y, (typed) => ({ mean: [x, typed] }))}
      {cell("spread", std, (typed) => ({ std: typed }))}
      <LabelChip {...{ component, components, index }} onChange={(label) => onChange({ label }, newGesture())} />
      <button
        type="button"
        className={editor.remove}
        aria-label={`Remove component ${index + 1}`}
        disabled={components.length === 1}
        onClick={onRemove}
      >
        <X size={12} strokeWidth={2.1} aria-hidden />
      </button>
    </>
  );
}

type ChipProps = Pick<RowProps, "component" | "components" | "index"> & { readonly onChange: (label: string) => void };

/** The label of a component in the colour that its rings have in plots. */
function LabelChip({ component, components, index, onChange }: ChipProps) {
  const { labels } = usePalette();
  const { attributes } = useTyping({ shown: component.label, commit: (typed) => onChange(typed.trim()) });
  const color = labels[labelOrder(components).indexOf(component.label) % labels.length];
  return (
    <input
      className={editor.chip}
      style={{ "--hue": color } as CSSProperties}
      aria-label={`Component ${index + 1}: label`}
      {...attributes}
    />
  );
}
