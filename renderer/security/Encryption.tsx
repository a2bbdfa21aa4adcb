import { Card } from '../parts/card/Card.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Security.module.css'

/** By name, so that whoever wants to know can look it up. */
export function Encryption() {
  const { security } = useTexts()
  const t = security.encryption
  return (
    <Card title={t.title} lead={t.lead} flush>
      <table className={classes['table']}>
        <thead>
          <tr>
            <th scope="col">{t.what}</th>
            <th scope="col">{t.how}</th>
          </tr>
        </thead>
        <tbody>
          {t.rows.map(([what, how]) => (
            <tr key={what}>
              <td>{what}</td>
              <td>{how}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}
